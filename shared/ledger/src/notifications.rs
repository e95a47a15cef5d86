//! Notifications to our own staff.

use crate::page::{Listing, Page, PageRequest, paged};
use nerve_model::{Audience, NotificationId, NotifyInternal, Priority, ProposalId, RecordId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;

const SELECT: &str = "SELECT id, record, proposal, audience, text, priority, created_at FROM notifications";

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notification {
    /// The notification.
    pub id: NotificationId,
    /// The record that it is about.
    pub record: RecordId,
    /// The proposal that it came from.
    pub proposal: ProposalId,
    /// The colleagues who are notified.
    pub audience: Audience,
    /// The text.
    pub text: String,
    /// The urgency.
    pub priority: Priority,
    /// The time it was stored.
    pub created_at: Timestamp,
}

/// Stores a notification. Refused as a conflict when it exists.
pub fn insert(
    id: NotificationId,
    record: RecordId,
    proposal: ProposalId,
    notice: &NotifyInternal,
    at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO notifications (id, record, proposal, audience, text, priority, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [
            Value::text(id),
            Value::text(record),
            Value::text(proposal),
            Value::text(notice.audience),
            notice.text.as_str().into(),
            Value::text(notice.priority),
            at.into(),
        ],
    )
}

fn read(row: &Row) -> Result<Notification, RowError> {
    Ok(Notification {
        id: row.parse("id")?,
        record: row.parse("record")?,
        proposal: row.parse("proposal")?,
        audience: row.parse("audience")?,
        text: row.text("text")?.to_owned(),
        priority: row.parse("priority")?,
        created_at: row.time("created_at")?,
    })
}

/// A page of notifications, newest first.
pub async fn list(
    db: &impl Database,
    record: Option<RecordId>,
    page: &PageRequest,
) -> Result<Page<Notification>, DatabaseError> {
    let listing = Listing::new(SELECT, "id").of("notifications", record);
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |notification| notification.id.to_string())?)
}
