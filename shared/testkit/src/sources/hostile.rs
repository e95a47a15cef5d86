use super::{Fixture, Vendor};
use crate::SeededEntropy;
use nerve_intake::{Arrived, Delivery, Headers, Received, Source};
use nerve_model::Event;
use nerve_ports::Entropy;
use serde_json::{Value, json};

/// The largest event: a text of maximum length with answers and claims.
const MAX_EVENT_BYTES: usize = 100_000;

/// The number of mutations of the fixtures.
const MUTATIONS: usize = 2_000;

const TEXTS: [&str; 8] = [
    "<script>alert(1)</script>",
    "'; DROP TABLE events; --",
    "\u{202e}\u{2066}gnp.exe",
    "a\r\nb\0c",
    "javascript:alert(1)",
    "https://evil.example/\u{202e}\" onload=alert(1)",
    "",
    "-1",
];

impl<S: Source> Vendor<S> {
    /// Feeds hostile bodies: special texts, truncations, depth, length, and thousands of random mutations of the
    /// fixtures. None may make the source panic, or produce an event that is too big, breaks its line, links to
    /// anything but `https`, or does not parse back.
    ///
    /// # Panics
    ///
    /// One does.
    pub fn check_hostile(&self) {
        let fixtures = self.fixtures();
        let big = "Ä".repeat(100_000);
        for fixture in &fixtures {
            for text in TEXTS.into_iter().chain([big.as_str()]) {
                check::<S>(fixture, &with_every_text(fixture, text).delivery);
            }
            for body in
                [vec![], b"null".to_vec(), "[".repeat(100_000).into_bytes(), vec![0xff; 1_000], vec![b' '; 1_000]]
            {
                check::<S>(fixture, &Delivery { body, ..fixture.delivery.clone() });
            }
            let body = &fixture.delivery.body;
            for end in (0..body.len()).step_by((body.len() / 50).max(1)) {
                check::<S>(fixture, &Delivery { body: body[..end].to_vec(), ..fixture.delivery.clone() });
            }
            check::<S>(fixture, &Delivery { headers: Headers::default(), ..fixture.delivery.clone() });
        }
        let random = SeededEntropy::new(4);
        for _ in 0..MUTATIONS {
            let fixture = pick(&fixtures, &random);
            let other = pick(&fixtures, &random);
            check::<S>(fixture, &mutated(fixture, other, &random));
        }
    }
}

fn check<S: Source>(fixture: &Fixture, delivery: &Delivery) {
    let Received::Taken(taken) = fixture.read_as::<S>(delivery) else { return };
    let shown = || format!("{}: {:.2000}", fixture.name, String::from_utf8_lossy(&delivery.body));
    for Arrived { event, .. } in taken.events {
        let stored = json!(event).to_string();
        assert!(stored.len() <= MAX_EVENT_BYTES, "{} bytes: {}", stored.len(), shown());
        assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event, "{}", shown());
        let line = |text: &str| !text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        assert!(line(&event.summary) && event.summary.chars().count() <= 200, "summary of {}", shown());
        assert!(event.party_name.as_deref().is_none_or(line), "name of {}", shown());
        assert!(event.link.as_deref().is_none_or(safe), "link of {}", shown());
        assert!(!event.dedup_key.as_str().is_empty() && event.dedup_key.as_str().len() <= 1_024, "{}", shown());
        assert!(!event.subject.as_str().is_empty() && event.subject.as_str().len() <= 1_024, "{}", shown());
        assert!(event.semantic_key.as_str().len() <= 2_048, "{}", shown());
        let about = format!("{} ", event.subject);
        assert!(!event.fact.settles() || event.semantic_key.as_str().starts_with(&about), "{}", shown());
        assert!(event.claims.iter().all(|claim| claim.value.len() <= 1_024 && line(&claim.value)), "{}", shown());
    }
    for ignored in taken.ignored {
        assert!(ignored.subject.chars().count() <= 100, "{}", shown());
    }
}

fn safe(link: &str) -> bool {
    link.starts_with("https://") && link.bytes().all(|b| b.is_ascii_graphic())
}

/// The fixture with all texts in its body replaced, except the short words that name its type.
pub(super) fn with_every_text(fixture: &Fixture, text: &str) -> Fixture {
    let Some(mut body) = fixture.body.clone() else { return fixture.clone() };
    replace(&mut body, text);
    fixture.with_body(body)
}

fn replace(value: &mut Value, text: &str) {
    let is_word = |old: &str| old.len() < 40 && old.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-:/".contains(&b));
    match value {
        Value::String(old) if !is_word(old) => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, text)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, text)),
        _ => {}
    }
}

fn mutated(fixture: &Fixture, other: &Fixture, random: &SeededEntropy) -> Delivery {
    match &fixture.body {
        Some(body) => {
            let mut body = body.clone();
            for _ in 0..1 + below(4, random) {
                let value = anything(other.body.as_ref(), random);
                disturb(&mut body, value, random);
            }
            fixture.with_body(body).delivery
        }
        None => {
            let mut body = fixture.delivery.body.clone();
            for _ in 0..1 + below(8, random) {
                let at = below(body.len() + 1, random);
                let to = (at + below(20, random)).min(body.len());
                let piece = other.delivery.body.iter().copied().skip(below(other.delivery.body.len() + 1, random));
                let piece: Vec<u8> = piece.take(below(20, random)).collect();
                body.splice(at..to, piece);
            }
            Delivery { body, ..fixture.delivery.clone() }
        }
    }
}

/// Replaces or removes a random value in a document.
fn disturb(value: &mut Value, with: Value, random: &SeededEntropy) {
    let here = below(4, random) == 0;
    match value {
        Value::Object(fields) if !fields.is_empty() && !here => {
            let key = fields.keys().nth(below(fields.len(), random)).unwrap().clone();
            match (below(6, random), fields.get_mut(&key)) {
                (0, _) => _ = fields.remove(&key),
                (_, Some(field)) => disturb(field, with, random),
                _ => {}
            }
        }
        Value::Array(items) if !items.is_empty() && !here => {
            let at = below(items.len(), random);
            disturb(&mut items[at], with, random);
        }
        _ => *value = with,
    }
}

fn anything(other: Option<&Value>, random: &SeededEntropy) -> Value {
    let text = TEXTS[below(TEXTS.len(), random)];
    match below(10, random) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(1e300),
        5 => json!([]),
        6 => json!({}),
        7 => other.cloned().unwrap_or_default(),
        8 => json!("x".repeat(10_000)),
        _ => json!(text),
    }
}

fn pick<'a>(fixtures: &'a [Fixture], random: &SeededEntropy) -> &'a Fixture {
    &fixtures[below(fixtures.len(), random)]
}

fn below(bound: usize, random: &SeededEntropy) -> usize {
    (random.random() % bound as u128) as usize
}
