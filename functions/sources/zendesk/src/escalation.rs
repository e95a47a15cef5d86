//! A ticket that escalated or was solved, in either of Zendesk's two forms.

use crate::{rules::Rules, vendor};
use nerve_intake::{
    Delivery, Malformed, NewEvent,
    reading::{
        ANSWER_CHARS, Loose, NAME_CHARS, People, SUMMARY_CHARS, VendorId, distinct, https, line, required, time,
    },
};
use nerve_model::{
    Claim, DedupKey, Fact, Role, SemanticKey, Subject, SupportEscalated, SupportSolved, Timestamp, one_line,
};
use serde::Deserialize;

/// An event of a subscription, in Zendesk's form, which names people by id only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Subscribed {
    id: Loose<VendorId>,
    time: Loose<String>,
    detail: Loose<Ticket>,
    event: Loose<Change>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ticket {
    id: Loose<VendorId>,
    subject: Loose<String>,
    priority: Loose<String>,
    status: Loose<String>,
    group_id: Loose<VendorId>,
    assignee_id: Loose<VendorId>,
    requester_id: Loose<VendorId>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Change {
    current: Loose<VendorId>,
    previous: Loose<VendorId>,
    tags_added: Loose<Vec<Loose<String>>>,
}

impl Subscribed {
    /// The reason the change counts as an escalation, if it does.
    pub(crate) fn because(&self, change: &str, rules: &Rules) -> Option<String> {
        let event = self.event.0.as_ref()?;
        let current = event.current.0.as_ref().map(VendorId::as_str);
        let previous = event.previous.0.as_ref().map(VendorId::as_str);
        match change {
            "priority_changed" => {
                let current = current.filter(|current| rules.risen(previous, current))?;
                let from = previous.map(|from| format!("from {} ", from.to_lowercase())).unwrap_or_default();
                Some(format!("The priority rose {from}to {}", current.to_lowercase()))
            }
            "group_assignment_changed" => {
                current.filter(|group| rules.is_group(group)).map(|group| format!("It was given to the group {group}"))
            }
            _ => rules
                .tag(event.tags_added.items().map(String::as_str))
                .map(|tag| format!("It was tagged {}", one_line(tag, NAME_CHARS))),
        }
    }

    /// The status that ends a ticket, if the change brought one. A ticket that is gone has no status of its own.
    pub(crate) fn ended_as(&self, change: &str) -> Option<String> {
        if change != "status_changed" {
            return Some(change.replace('_', " "));
        }
        let status = self.event.0.as_ref()?.current.0.as_ref()?.as_str().to_lowercase();
        is_end(&status).then_some(status)
    }

    /// The event that a ticket was solved.
    pub(crate) fn solved(self, status: String, received_at: Timestamp) -> Result<NewEvent, Malformed> {
        self.report(received_at, |ticket, id| {
            Detail::Solved(SupportSolved { ticket: id, subject: short(&ticket.subject), status: Some(status) })
        })
    }

    /// The event that a ticket escalated.
    pub(crate) fn escalated(self, because: String, received_at: Timestamp) -> Result<NewEvent, Malformed> {
        self.report(received_at, |ticket, id| {
            Detail::Escalated(SupportEscalated {
                ticket: id,
                subject: short(&ticket.subject),
                priority: short(&ticket.priority).map(|text| text.to_lowercase()),
                status: short(&ticket.status).map(|text| text.to_lowercase()),
                group: ticket.group_id.0.map(|id| id.as_str().to_owned()),
                assignee: ticket.assignee_id.0.map(|id| id.as_str().to_owned()),
                because,
            })
        })
    }

    fn report(
        self,
        received_at: Timestamp,
        detail: impl FnOnce(Ticket, String) -> Detail,
    ) -> Result<NewEvent, Malformed> {
        let event = required(self.id.0, "id")?;
        let ticket = required(self.detail.0, "detail")?;
        let user = |id: &VendorId, role| Claim::external(&vendor::NAME, "user", id.as_str(), role);
        let claims = ticket.requester_id.0.iter().map(|id| user(id, Role::Customer));
        let claims = claims.chain(ticket.assignee_id.0.iter().map(|id| user(id, Role::Owner)));
        let report = Report {
            delivery: event.as_str().to_owned(),
            claims: distinct(claims),
            name: None,
            link: None,
            at: self.time.0.as_deref().and_then(time).unwrap_or(received_at),
            detail: {
                let id = required(ticket.id.0.as_ref(), "detail.id")?.as_str().to_owned();
                detail(ticket, id)
            },
        };
        Ok(report.event())
    }
}

/// The status ends a ticket, in Zendesk's own words.
fn is_end(status: &str) -> bool {
    matches!(status, "solved" | "closed")
}

/// The message of a trigger, in the operator's form from the README.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Defined {
    ticket_id: Loose<VendorId>,
    ticket_url: Loose<String>,
    subject: Loose<String>,
    priority: Loose<String>,
    status: Loose<String>,
    group: Loose<String>,
    assignee: Loose<String>,
    because: Loose<String>,
    requester_name: Loose<String>,
    requester_email: Loose<String>,
    requester_phone: Loose<String>,
    updated_at: Loose<String>,
}

impl Defined {
    /// The event that a ticket escalated or was solved, as the trigger decided.
    pub(crate) fn event(self, solved: bool, delivery: &Delivery, people: &People) -> Result<NewEvent, Malformed> {
        let ticket = required(self.ticket_id.0.as_ref(), "ticket_id")?;
        // Without the invocation's id, a ticket escalates once for each change.
        let invocation = delivery.headers.get("x-zendesk-webhook-invocation-id").and_then(VendorId::new);
        let changed = self.updated_at.0.as_deref().and_then(|text| line(text, NAME_CHARS)).unwrap_or_default();
        let email = self.requester_email.0.as_deref().and_then(|email| people.email(email));
        let phone = self.requester_phone.0.as_deref().and_then(|phone| people.phone(phone));
        let because = self.because.0.as_deref().and_then(|text| line(text, ANSWER_CHARS));
        let (subject, status) = (short(&self.subject), short(&self.status).map(|text| text.to_lowercase()));
        let detail = if solved {
            Detail::Solved(SupportSolved { ticket: ticket.as_str().to_owned(), subject, status })
        } else {
            Detail::Escalated(SupportEscalated {
                ticket: ticket.as_str().to_owned(),
                subject,
                priority: short(&self.priority).map(|text| text.to_lowercase()),
                status,
                group: short(&self.group),
                assignee: short(&self.assignee),
                because: because.unwrap_or_else(|| "A trigger in Zendesk says so".to_owned()),
            })
        };
        let delivered = |id: VendorId| id.as_str().to_owned();
        let what = if solved { " solved" } else { "" };
        let report = Report {
            delivery: invocation.map_or_else(|| format!("{ticket} {changed}{what}"), delivered),
            claims: email.into_iter().chain(phone).collect(),
            name: short(&self.requester_name),
            link: self.ticket_url.0.as_deref().and_then(https),
            at: self.updated_at.0.as_deref().and_then(time).unwrap_or(delivery.received_at),
            detail,
        };
        Ok(report.event())
    }
}

/// What happened to the ticket.
enum Detail {
    Escalated(SupportEscalated),
    Solved(SupportSolved),
}

/// The common parts of both forms.
struct Report {
    delivery: String,
    claims: Vec<Claim>,
    name: Option<String>,
    link: Option<String>,
    at: Timestamp,
    detail: Detail,
}

impl Report {
    fn event(self) -> NewEvent {
        let (ticket, about, happened) = match &self.detail {
            Detail::Escalated(case) => (&case.ticket, &case.subject, "escalated"),
            Detail::Solved(case) => (&case.ticket, &case.subject, "solved"),
        };
        let subject = Subject::new(format!("zendesk:ticket:{ticket}"));
        let about = about.as_ref().map(|about| format!(": {about}")).unwrap_or_default();
        NewEvent {
            semantic_key: SemanticKey::about(&subject, format_args!("{happened} {}", self.delivery)),
            dedup_key: DedupKey::new(self.delivery),
            summary: one_line(&format!("Ticket {ticket} {happened}{about}"), SUMMARY_CHARS),
            subject,
            claims: self.claims,
            party_name: self.name,
            test: false,
            link: self.link,
            occurred_at: self.at,
            fact: match self.detail {
                Detail::Escalated(case) => Fact::SupportEscalated(case),
                Detail::Solved(case) => Fact::SupportSolved(case),
            },
        }
    }
}

fn short(text: &Loose<String>) -> Option<String> {
    line(text.0.as_deref()?, NAME_CHARS)
}
