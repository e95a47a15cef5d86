//! The contents of a record's page.

use super::super::activity;
use crate::{api::situation, problem::Problem, routes::Call, services::Services};
use nerve_engine::{Activity, LoadError};
use nerve_ledger::{
    PageRequest,
    drafts::{self, Draft},
    links::{self, Link},
    merges::{self, Merge},
    notes::{self, Note},
    notifications::{self, Notification},
    proposals::{self, ProposalFilter},
    records::{self, StoredRecord},
    tasks::{self, Task},
};
use nerve_model::{Claim, Proposal, RecordId};
use nerve_ports::Database;
use nerve_situation::Document;

/// A record with everything its page shows.
pub(super) struct RecordDetails {
    pub(super) record: StoredRecord,
    pub(super) claims: Vec<Claim>,
    /// Claims that it shares with other records.
    pub(super) shared: Vec<Claim>,
    pub(super) links: Vec<Link>,
    pub(super) proposals: Vec<Proposal>,
    pub(super) tasks: Vec<Task>,
    pub(super) notes: Vec<Note>,
    pub(super) drafts: Vec<Draft>,
    pub(super) notifications: Vec<Notification>,
    /// The records merged into it, each with its merge.
    pub(super) merged: Vec<(StoredRecord, Merge)>,
    /// The newest activity, unless its timeline cannot be reached.
    pub(super) activity: Result<Activity, LoadError>,
    /// The situation, unless the timeline cannot be reached.
    pub(super) situation: Option<Document>,
}

impl RecordDetails {
    pub(super) async fn load<S: Services>(call: &Call<'_, S>, record: StoredRecord) -> Result<Self, Problem> {
        let (db, id, all) = (call.services.db(), record.id, PageRequest::default());
        let filter = ProposalFilter { record: Some(id), ..ProposalFilter::default() };
        Ok(Self {
            claims: records::claims(db, id).await?,
            shared: records::shared(db, id).await?,
            links: links::of(db, id).await?,
            proposals: proposals::list(db, &filter, &all).await?.items,
            tasks: tasks::list(db, Some(id), &all).await?.items,
            notes: notes::list(db, Some(id), &all).await?.items,
            drafts: drafts::list(db, Some(id), &all).await?.items,
            notifications: notifications::list(db, Some(id), &all).await?.items,
            merged: merged(db, id).await?,
            activity: activity::newest(call, id).await,
            situation: document(call, id).await,
            record,
        })
    }

    /// True while the record can be changed.
    pub(super) const fn is_open(&self) -> bool {
        self.record.erased_at.is_none()
    }
}

async fn merged(db: &impl Database, record: RecordId) -> Result<Vec<(StoredRecord, Merge)>, Problem> {
    let mut merged = Vec::new();
    for merge in merges::list(db, Some(record)).await?.into_iter().filter(|merge| merge.undone_at.is_none()) {
        let part = records::get(db, merge.part).await?.ok_or(Problem::NotFound("record"))?;
        merged.push((part, merge));
    }
    Ok(merged)
}

async fn document<S: Services>(call: &Call<'_, S>, record: RecordId) -> Option<Document> {
    let situation = situation::load(call, record).await.ok()?;
    Some(Document::of(&situation, call.services.now(), call.services.document_bytes()))
}
