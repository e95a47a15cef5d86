use crate::{
    evaluate::Scope,
    mapping::{Mapping, Rule},
};
use nerve_event_form::Frame;
use nerve_intake::{
    Becomes, Delivery, Deployment, Fault, Malformed, Misconfigured, Outcome, Selected, Source,
    reading::{VendorId, json, required},
};
use nerve_model::{EventKind, SourceName, Trust};
use nerve_signatures::{Rejection, Secrets};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The mappings by name, as JSON; the build has checked them.
const MAPPINGS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/mappings.rs"));

const IGNORED: &str = "the mapping ignores it";
const NO_RULE: &str = "no rule of the mapping fits";

/// The senders described by the files in `mappings`.
#[derive(Debug)]
pub struct Custom;

impl Source for Custom {
    const NAME: SourceName = SourceName::from_static("custom");

    const TITLE: &'static str = "Custom mappings";

    const SELECTED: &'static [Selected] = &[
        Selected {
            delivery: "a delivery that a rule of its mapping fits (as shipped: Tally's responses)",
            becomes: Becomes::Event(&[EventKind::FormSubmitted]),
        },
        Selected {
            delivery: "likewise (as shipped: PagerDuty's incidents)",
            becomes: Becomes::Event(&[EventKind::AutomationFailed]),
        },
        Selected { delivery: "a delivery that its mapping ignores", becomes: Becomes::Ignored(IGNORED) },
        Selected { delivery: "any other", becomes: Becomes::Ignored(NO_RULE) },
    ];

    const KEPT_HEADERS: &'static [&'static str] = &["content-type", "user-agent"];

    /// Each sender has its own secret, so that none can send in the name of another.
    fn secrets_name(delivery: &Delivery) -> Cow<'static, str> {
        let name = name(&delivery.url).unwrap_or_default();
        Cow::Owned(format!("CUSTOM_{}_SECRETS", name.to_ascii_uppercase().replace('-', "_")))
    }

    fn verify(delivery: &Delivery, secrets: &Secrets, _: &Deployment<'_>) -> Result<Trust, Rejection> {
        // An unknown sender has no secret.
        let mapping = mapping(delivery).ok().flatten().ok_or(Rejection::NoSecret)?;
        let header = |name: &str| delivery.headers.get(name);
        mapping.signature.verify(&header, &delivery.body, secrets, delivery.received_at)
    }

    fn normalize(delivery: &Delivery, _: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault> {
        let name = required(name(&delivery.url), "the name after /hooks/custom/")?;
        let mapping = required(mapping(delivery)?, "the mapping of that name")?;
        Ok(read(name, &mapping, delivery, deployment)?)
    }
}

/// The event that a delivery becomes under the mapping of that name.
///
/// # Errors
///
/// The field that the delivery lacks.
pub fn read(
    name: &str,
    mapping: &Mapping,
    delivery: &Delivery,
    deployment: &Deployment<'_>,
) -> Result<Outcome, Malformed> {
    let body: Value = json(&delivery.body, "the body")?;
    let scope = Scope { mapping, delivery, value: &body };
    if mapping.ignore.iter().any(|when| scope.fits(when)) {
        return Ok(Outcome::ignored(IGNORED, name));
    }
    let Some(rule) = mapping.events.iter().find(|rule| scope.fits(&rule.when)) else {
        return Ok(Outcome::ignored(NO_RULE, name));
    };
    let key = scope.value(&rule.key).and_then(|key| serde_json::from_value::<VendorId>(key).ok());
    let key = required(key, "the key of the rule")?;
    let frame = Frame {
        scope: &format!("custom:{name}"),
        delivery: &format!("{name} {key}"),
        received_at: delivery.received_at,
        people: &deployment.people,
    };
    nerve_event_form::event(&document(&scope, rule), frame).map(Outcome::event)
}

/// The document of the input form that a rule creates from a delivery.
fn document(scope: &Scope<'_>, rule: &Rule) -> Map<String, Value> {
    let fields = rule.document.iter().filter_map(|(name, field)| Some((name.clone(), scope.value(field)?)));
    fields.chain([("kind".to_owned(), json!(rule.kind))]).collect()
}

/// The name of the mapping: `tally` in `https://crm.example/hooks/custom/tally?x=y`.
fn name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let (_, name) = path.trim_end_matches('/').rsplit_once("/custom/")?;
    Some(name).filter(|name| crate::mapping::is_name(name))
}

fn mapping(delivery: &Delivery) -> Result<Option<Mapping>, Misconfigured> {
    let name = name(&delivery.url);
    let Some((_, text)) = MAPPINGS.iter().find(|(known, _)| Some(*known) == name) else { return Ok(None) };
    let wrong = |error: serde_json::Error| Misconfigured { name: "mappings", reason: error.to_string() };
    serde_json::from_str(text).map(Some).map_err(wrong)
}
