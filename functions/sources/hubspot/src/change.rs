//! One change in a delivery.

use crate::vendor::{self, NOT_SUBSCRIBED, OTHER_PROPERTY};
use nerve_intake::{
    Item, Malformed, NewEvent,
    reading::{Loose, NAME_CHARS, SUMMARY_CHARS, VendorId, distinct, instant, line, required},
};
use nerve_model::{
    Claim, DedupKey, Fact, RecordMerged, RecordStageChanged, Role, SemanticKey, Subject, Timestamp, one_line,
};
use serde::Deserialize;

/// The most records of one merge that are read; HubSpot merges two at a time.
const MOST_MERGED: usize = 18;

/// The stage that contacts and companies have beside `lifecyclestage`.
const LEAD_STATUS: &str = "hs_lead_status";

/// The parts of a change that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Change {
    event_id: Loose<VendorId>,
    subscription_id: Loose<VendorId>,
    portal_id: Loose<VendorId>,
    /// Milliseconds since 1970.
    occurred_at: Loose<i64>,
    subscription_type: Loose<String>,
    /// The same field in some events.
    event_type: Loose<String>,
    object_id: Loose<VendorId>,
    /// The object type in its numeric form: `0-3` is a deal.
    object_type_id: Loose<String>,
    property_name: Loose<String>,
    property_value: Loose<Option<String>>,
    /// `userId:123` if a person made the change.
    source_id: Loose<VendorId>,
    /// Of a merge: the record that the others became part of.
    primary_object_id: Loose<VendorId>,
    /// Of a merge: the others.
    merged_object_ids: Loose<Vec<Loose<VendorId>>>,
    /// Of a merge: the id by which the record goes on.
    new_object_id: Loose<VendorId>,
}

impl Change {
    /// The item that the change becomes.
    pub(crate) fn item(self, received_at: Timestamp) -> Result<Item, Malformed> {
        let kind = self.subscription_type.0.as_ref().or(self.event_type.0.as_ref());
        let kind = required(kind, "subscriptionType")?.clone();
        if let Some(object) = kind.strip_suffix(".merge") {
            return Ok(Item::Event(Box::new(self.merge(&self.object(object), received_at)?)));
        }
        let Some(object) = kind.strip_suffix(".propertyChange") else {
            return Ok(Item::ignored(NOT_SUBSCRIBED, &kind));
        };
        let object = self.object(object);
        let property = self.property_name.0.clone().unwrap_or_default();
        if !is_stage(&property) {
            return Ok(Item::ignored(OTHER_PROPERTY, &format!("{object} {property}")));
        }
        Ok(Item::Event(Box::new(self.event(&object, &property, received_at)?)))
    }

    fn object(&self, kind: &str) -> String {
        let named = match self.object_type_id.0.as_deref() {
            Some("0-1") => "contact",
            Some("0-2") => "company",
            Some("0-3") => "deal",
            Some("0-5") => "ticket",
            _ => kind,
        };
        one_line(named, NAME_CHARS)
    }

    fn event(&self, object: &str, property: &str, received_at: Timestamp) -> Result<NewEvent, Malformed> {
        let portal = required(self.portal_id.0.clone(), "portalId")?;
        let id = required(self.object_id.0.clone(), "objectId")?;
        let event = required(self.event_id.0.clone(), "eventId")?;
        // An empty value says that the property has none any more.
        let to = required(self.property_value.0.clone(), "propertyValue")?.and_then(|to| line(&to, NAME_CHARS));
        let (millis, by) = (self.occurred_at.0.unwrap_or_default(), self.user());
        let subject = subject(object, &portal, &id);
        let contact = contact(object, &portal, &id);
        let colleague = by.map(|user| colleague(&portal, user));
        Ok(NewEvent {
            dedup_key: self.dedup_key(&portal, &event, &id),
            semantic_key: match &to {
                Some(to) => SemanticKey::about(&subject, format_args!("{property} {to} at {millis}")),
                None => SemanticKey::about(&subject, format_args!("{property} at {millis}")),
            },
            subject,
            claims: contact.into_iter().chain(colleague).collect(),
            party_name: None,
            test: false,
            summary: one_line(&summary(object, &id, to.as_deref()), SUMMARY_CHARS),
            link: link(object, &portal, &id),
            occurred_at: self.occurred_at(received_at),
            fact: Fact::RecordStageChanged(RecordStageChanged {
                object: object.to_owned(),
                id: id.as_str().to_owned(),
                property: (property == LEAD_STATUS).then(|| property.to_owned()),
                name: None,
                from: None,
                to,
                changed_by: by.map(|user| format!("HubSpot user {user}")),
            }),
        })
    }

    /// HubSpot merged records: the primary one with the others goes on by a new id.
    fn merge(&self, object: &str, received_at: Timestamp) -> Result<NewEvent, Malformed> {
        let portal = required(self.portal_id.0.clone(), "portalId")?;
        let primary = self.primary_object_id.0.clone().or_else(|| self.object_id.0.clone());
        let primary = required(primary, "primaryObjectId")?;
        let id = self.new_object_id.0.clone().unwrap_or_else(|| primary.clone());
        let event = required(self.event_id.0.clone(), "eventId")?;
        let merged: Vec<VendorId> = self.merged_object_ids.items().take(MOST_MERGED).cloned().collect();
        required(merged.first(), "mergedObjectIds")?;
        let (millis, by) = (self.occurred_at.0.unwrap_or_default(), self.user());
        let subject = subject(object, &portal, &id);
        let all = merged.iter().map(VendorId::as_str).collect::<Vec<_>>().join(", ");
        let goes_on = if primary == id { String::new() } else { format!(", now {id}") };
        let contacts = [&primary, &id].into_iter().chain(&merged).filter_map(|id| contact(object, &portal, id));
        let fact = RecordMerged {
            object: object.to_owned(),
            id: id.as_str().to_owned(),
            primary: Some(primary.as_str().to_owned()),
            merged: merged.iter().map(|id| id.as_str().to_owned()).collect(),
            name: None,
            merged_by: by.map(|user| format!("HubSpot user {user}")),
        };
        Ok(NewEvent {
            dedup_key: self.dedup_key(&portal, &event, &primary),
            semantic_key: SemanticKey::about(&subject, format_args!("merged {primary} {all} at {millis}")),
            subject,
            claims: distinct(contacts.chain(by.map(|user| colleague(&portal, user)))),
            party_name: None,
            test: false,
            summary: one_line(&format!("The {object} {all} became part of {primary}{goes_on}"), SUMMARY_CHARS),
            link: link(object, &portal, &id),
            occurred_at: self.occurred_at(received_at),
            fact: Fact::RecordMerged(fact),
        })
    }

    /// The number of the attempt is left out, and `eventId` alone is not unique.
    fn dedup_key(&self, portal: &VendorId, event: &VendorId, id: &VendorId) -> DedupKey {
        let subscription = self.subscription_id.0.as_ref().map_or("", VendorId::as_str);
        DedupKey::new(format!("{portal} {subscription} {event} {id} {}", self.occurred_at.0.unwrap_or_default()))
    }

    /// The person who made the change.
    fn user(&self) -> Option<&str> {
        self.source_id.0.as_ref().and_then(|source| source.as_str().strip_prefix("userId:"))
    }

    fn occurred_at(&self, received_at: Timestamp) -> Timestamp {
        self.occurred_at.0.and_then(to_the_millisecond).unwrap_or(received_at)
    }
}

fn subject(object: &str, portal: &VendorId, id: &VendorId) -> Subject {
    Subject::new(format!("hubspot:{object}:{portal}/{id}"))
}

/// A contact is a claim; a deal, company or ticket is only the subject.
fn contact(object: &str, portal: &VendorId, id: &VendorId) -> Option<Claim> {
    (object == "contact").then(|| Claim::external(&vendor::NAME, "contact", &format!("{portal}/{id}"), Role::Customer))
}

fn colleague(portal: &VendorId, user: &str) -> Claim {
    Claim::external(&vendor::NAME, "user", &format!("{portal}/{user}"), Role::Owner)
}

fn summary(object: &str, id: &VendorId, to: Option<&str>) -> String {
    match to {
        Some(to) => format!("The {object} {id} moved to {to}"),
        None => format!("The {object} {id} was taken out of its stage"),
    }
}

/// HubSpot promises no order, and automations change a record several times a second.
fn to_the_millisecond(millis: i64) -> Option<Timestamp> {
    instant(millis.div_euclid(1_000)).map(|_| Timestamp::from_millis(millis))
}

fn is_stage(property: &str) -> bool {
    matches!(property, "dealstage" | "hs_pipeline_stage" | "lifecyclestage" | LEAD_STATUS)
}

/// A link; ids that are no numbers could change the address.
fn link(object: &str, portal: &VendorId, id: &VendorId) -> Option<String> {
    let kind = match object {
        "contact" => "0-1",
        "company" => "0-2",
        "deal" => "0-3",
        "ticket" => "0-5",
        _ => return None,
    };
    let numbers = [portal, id].iter().all(|id| id.as_str().bytes().all(|b| b.is_ascii_digit()));
    numbers.then(|| format!("https://app.hubspot.com/contacts/{portal}/record/{kind}/{id}"))
}
