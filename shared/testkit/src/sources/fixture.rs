use super::{Vendor, completed::completed};
use crate::events::NOW;
use nerve_intake::{
    Becomes, Delivery, Deployment, Headers, Ignored, Malformed, Received, Reply, Settings, Source, Taken, read,
};
use nerve_model::{Event, EventKind, Trust};
use nerve_ports::Entropy;
use nerve_signatures::Secrets;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The secret that answers handshakes in fixtures.
const SECRET: &str = "c2VjcmV0IG9mIHRoZSBmaXh0dXJlcw==";

/// A delivery, and its outcome once it is verified.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The name of the file, without its extension.
    pub name: String,
    /// The delivery, without a signature.
    pub delivery: Delivery,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    settings: BTreeMap<String, String>,
    document: Map<String, Value>,
    path: PathBuf,
}

struct Set<'a>(&'a BTreeMap<String, String>);

impl Settings for Set<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

struct NoEntropy;

impl Entropy for NoEntropy {
    fn random(&self) -> u128 {
        0
    }
}

impl Fixture {
    fn load(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let document: Map<String, Value> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let texts = |field: &str| -> BTreeMap<String, String> {
            document.get(field).map(|fields| serde_json::from_value(fields.clone()).unwrap()).unwrap_or_default()
        };
        let body = document.get("body").cloned();
        let bytes = match document.get("text") {
            Some(text) => text.as_str().expect("text is text").to_owned(),
            None => body.as_ref().expect("a body or a text").to_string(),
        };
        let source = path.ancestors().nth(2).and_then(Path::file_name).unwrap().display();
        let url = format!("https://crm.example/hooks/{source}");
        let url = document.get("url").and_then(Value::as_str).unwrap_or(&url);
        Self {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            delivery: delivery(url, texts("headers"), bytes),
            body,
            settings: texts("settings"),
            document,
            path,
        }
    }

    /// The outcome of this delivery, taken as genuine.
    pub fn read<S: Source>(&self) -> Received {
        self.read_as::<S>(&self.delivery)
    }

    /// The outcome of another delivery under the settings of this one.
    pub fn read_as<S: Source>(&self, delivery: &Delivery) -> Received {
        let settings = Set(&self.settings);
        match Deployment::read(&settings) {
            Ok(deployment) => {
                let received = read::<S>(delivery, Trust::Signed, &Secrets::parse(SECRET), &deployment, &NoEntropy);
                completed(received, &delivery.body)
            }
            Err(wrong) => Received::Misconfigured(wrong),
        }
    }

    /// This fixture with another JSON body.
    #[must_use]
    pub fn with_body(&self, body: Value) -> Self {
        let delivery = Delivery { body: body.to_string().into_bytes(), ..self.delivery.clone() };
        Self { delivery, body: Some(body), ..self.clone() }
    }

    fn update(&self, becomes: Value) {
        let mut document = self.document.clone();
        document.insert("becomes".to_owned(), becomes);
        fs::write(&self.path, format!("{:#}\n", Value::Object(document))).unwrap();
    }
}

/// A delivery that arrives at [`NOW`].
pub fn delivery(url: &str, headers: impl IntoIterator<Item = (String, String)>, body: impl Into<Vec<u8>>) -> Delivery {
    Delivery {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: Headers::from_iter(headers),
        body: body.into(),
        received_at: NOW,
    }
}

/// The fixtures in a source's folder, by name.
pub(super) fn fixtures(folder: &Path) -> Vec<Fixture> {
    let files = fs::read_dir(folder.join("fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let mut fixtures: Vec<Fixture> = files.filter(|path| path.is_file()).map(Fixture::load).collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

impl<S: Source> Vendor<S> {
    /// Compares the outcome of each fixture with its `becomes`. Together the fixtures must cover each line of
    /// [`Source::SELECTED`] and no other kind or reason.
    ///
    /// # Panics
    ///
    /// A fixture differs, or the table does.
    pub fn check_fixtures(&self) {
        let mut seen = BTreeSet::new();
        for fixture in self.fixtures() {
            let received = fixture.read::<S>();
            seen.extend(shown(&received));
            let becomes = written(received);
            if std::env::var_os("UPDATE_FIXTURES").is_some() {
                fixture.update(becomes);
            } else {
                let expected = fixture.document.get("becomes").unwrap_or(&Value::Null);
                assert_eq!(&becomes, expected, "{}: {becomes:#}", fixture.name);
            }
        }
        let promised: BTreeSet<String> = S::SELECTED.iter().flat_map(|line| promised(line.becomes)).collect();
        assert_eq!(seen, promised, "the fixtures on the left, the table of what is selected on the right");
    }
}

fn promised(becomes: Becomes) -> Vec<String> {
    match becomes {
        Becomes::Event(kinds) => kinds.iter().map(EventKind::to_string).collect(),
        Becomes::Ignored(reason) => vec![reason.to_owned()],
        Becomes::Handshake => vec!["handshake".to_owned()],
    }
}

fn shown(received: &Received) -> Vec<String> {
    match received {
        Received::Taken(taken) => {
            let kinds = taken.events.iter().map(|arrived| arrived.event.kind().to_string());
            kinds.chain(taken.ignored.iter().map(|ignored| ignored.reason.to_string())).collect()
        }
        Received::Reply(_) => vec!["handshake".to_owned()],
        _ => Vec::new(),
    }
}

/// The outcome of a delivery in the form of a fixture.
fn written(received: Received) -> Value {
    match received {
        Received::Taken(Taken { events, ignored, malformed }) => {
            let events: Vec<Value> = events.iter().map(|arrived| event(&arrived.event)).collect();
            let ignored: Vec<Value> =
                ignored.into_iter().map(|Ignored { reason, subject }| json!([reason, subject])).collect();
            let malformed: Vec<String> = malformed.into_iter().map(|Malformed(reason)| reason).collect();
            let parts = [("events", json!(events)), ("ignored", json!(ignored)), ("malformed", json!(malformed))];
            parts.into_iter().filter(|(_, part)| part != &json!([])).collect()
        }
        Received::Reply(Reply { status, content_type, body }) => {
            json!({"reply": {"status": status, "content_type": content_type, "body": body}})
        }
        Received::Malformed(Malformed(reason)) => json!({"malformed": reason}),
        Received::TooMany(long) => json!({"too_many": long.items}),
        Received::Misconfigured(wrong) => json!({"misconfigured": wrong.to_string()}),
        Received::Rejected(rejection) => json!({"rejected": rejection.to_string()}),
    }
}

/// The event as the source made it, without the fields added on arrival.
fn event(event: &Event) -> Value {
    let mut fields = json!(event);
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| !matches!(name.as_str(), "id" | "source" | "trust" | "received_at"));
    }
    fields
}
