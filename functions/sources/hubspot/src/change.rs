//! One change in a delivery.

use crate::vendor::{self, NOT_SUBSCRIBED, OTHER_PROPERTY};
use nerve_intake::{
    Item, Malformed, NewEvent,
    reading::{Loose, NAME_CHARS, SUMMARY_CHARS, VendorId, instant, line, required},
};
use nerve_model::{Claim, DedupKey, Fact, RecordStageChanged, Role, SemanticKey, Subject, Timestamp, one_line};
use serde::Deserialize;

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
}

impl Change {
    /// The item that the change becomes.
    pub(crate) fn item(self, received_at: Timestamp) -> Result<Item, Malformed> {
        let kind = self.subscription_type.0.as_ref().or(self.event_type.0.as_ref());
        let kind = required(kind, "subscriptionType")?.clone();
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

    fn event(self, object: &str, property: &str, received_at: Timestamp) -> Result<NewEvent, Malformed> {
        let portal = required(self.portal_id.0, "portalId")?;
        let id = required(self.object_id.0, "objectId")?;
        let event = required(self.event_id.0, "eventId")?;
        // An empty value says that the property has none any more.
        let to = required(self.property_value.0, "propertyValue")?.and_then(|to| line(&to, NAME_CHARS));
        let subscription = self.subscription_id.0.as_ref().map_or("", VendorId::as_str);
        let millis = self.occurred_at.0.unwrap_or_default();
        let by = self.source_id.0.as_ref().and_then(|source| source.as_str().strip_prefix("userId:"));
        let subject = Subject::new(format!("hubspot:{object}:{portal}/{id}"));
        // A deal or ticket is the subject; a contact is a claim.
        let contact = (object == "contact")
            .then(|| Claim::external(&vendor::NAME, "contact", &format!("{portal}/{id}"), Role::Customer));
        let colleague = by.map(|user| Claim::external(&vendor::NAME, "user", &format!("{portal}/{user}"), Role::Owner));
        Ok(NewEvent {
            // The number of the attempt is left out, and `eventId` alone is not unique.
            dedup_key: DedupKey::new(format!("{portal} {subscription} {event} {id} {millis}")),
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
            occurred_at: self.occurred_at.0.and_then(to_the_millisecond).unwrap_or(received_at),
            fact: Fact::RecordStageChanged(RecordStageChanged {
                object: object.to_owned(),
                id: id.as_str().to_owned(),
                name: None,
                from: None,
                to,
                changed_by: by.map(|user| format!("HubSpot user {user}")),
            }),
        })
    }
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
    matches!(property, "dealstage" | "hs_pipeline_stage" | "lifecyclestage" | "hs_lead_status")
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
