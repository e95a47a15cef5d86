//! The examples of the specification, version 1.0.2: the HTTP binding
//! (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>, 3.1.4, 3.2.4,
//! 3.3.4) and the JSON format (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>,
//! 3.2, 4.2). Their types are not kinds of Nerve, so they are parsed and ignored; with a type of Nerve they become
//! events.

use crate::tests::CLOUDEVENTS;
use nerve_intake::{Delivery, Received};
use nerve_model::EventKind;
use nerve_testkit::sources::with_headers;
use serde_json::{Value, json};

const XML: &str = r#"{"specversion": "1.0", "type": "com.example.someevent", "source": "/mycontext", "subject": null,
    "id": "B234-1234-1234", "time": "2018-04-05T17:31:00Z", "comexampleextension1": "value", "comexampleothervalue": 5,
    "unsetextension": null, "datacontenttype": "application/xml", "data": "<much wow=\"xml\"/>"}"#;
const BINARY_DATA: &str = r#"{"specversion": "1.0", "type": "com.example.someevent", "source": "/mycontext",
    "id": "C234-1234-1234", "time": "2018-04-05T17:31:00Z", "comexampleextension1": "value", "comexampleothervalue": 5,
    "datacontenttype": "application/vnd.apache.thrift.binary", "data_base64": "eyJmb3JtIjoiY29udGFjdCJ9"}"#;
const JSON_DATA: &str = r#"{"specversion": "1.0", "type": "com.example.someevent", "source": "/mycontext", "subject": null,
    "id": "D234-1234-1234", "time": "2018-04-05T17:31:00Z", "comexampleextension1": "value", "comexampleothervalue": 5,
    "datacontenttype": "application/json", "data": {"appinfoA": "abc", "appinfoB": 123, "appinfoC": true}}"#;
const NO_TYPE_OF_DATA: &str = r#"{"specversion": "1.0", "type": "com.example.someevent", "source": "/mycontext",
    "id": "A234-1234-1234", "data": {"form": "contact"}}"#;

fn sent(headers: &[(&str, &str)], body: &str) -> Delivery {
    with_headers(&CLOUDEVENTS.unsigned(body), headers.iter().copied())
}

fn structured(body: &str) -> Delivery {
    sent(&[("Content-Type", "application/cloudevents+json; charset=UTF-8")], body)
}

/// The number of events that were parsed and ignored.
fn ignored(delivery: &Delivery) -> usize {
    match CLOUDEVENTS.take(delivery) {
        Received::Taken(taken) if taken.events.is_empty() && taken.malformed.is_empty() => taken.ignored.len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_examples_of_the_http_binding_are_understood() {
    let binary = [
        ("ce-specversion", "1.0"),
        ("ce-type", "com.example.someevent"),
        ("ce-time", "2018-04-05T03:56:24Z"),
        ("ce-id", "1234-1234-1234"),
        ("ce-source", "/mycontext/subcontext"),
        ("Content-Type", "application/json; charset=utf-8"),
    ];
    assert_eq!(ignored(&sent(&binary, r#"{"form": "contact"}"#)), 1);
    let of_ours =
        binary.map(|(name, value)| if name == "ce-type" { (name, "com.acme.form.submitted") } else { (name, value) });
    let Received::Taken(taken) = CLOUDEVENTS.take(&sent(&of_ours, r#"{"form": "contact"}"#)) else { panic!() };
    assert_eq!(taken.events[0].event.kind(), EventKind::FormSubmitted);
    assert_eq!(taken.events[0].event.occurred_at.to_string(), "2018-04-05T03:56:24.000Z");
}

#[test]
fn the_examples_of_the_json_format_are_understood() {
    for example in [XML, BINARY_DATA, JSON_DATA, NO_TYPE_OF_DATA] {
        assert_eq!(ignored(&structured(example)), 1, "{example}");
    }
    let batch = format!("[{XML}, {BINARY_DATA}, {JSON_DATA}]");
    let batched = |body: &str| sent(&[("Content-Type", "application/cloudevents-batch+json")], body);
    assert_eq!(ignored(&batched(&batch)), 3);
    assert_eq!(ignored(&batched("[]")), 0);
}

#[test]
fn data_in_base64_is_the_bytes_it_stands_for() {
    let of_ours = BINARY_DATA.replace("com.example.someevent", "form.submitted");
    let Received::Taken(taken) = CLOUDEVENTS.take(&structured(&of_ours)) else { panic!() };
    assert_eq!(json!(taken.events[0].event.fact)["detail"]["form"], "contact");
}

#[test]
fn required_attributes_are_required() {
    for name in ["specversion", "type", "source", "id"] {
        for value in [Value::Null, json!(""), json!(7)] {
            let mut event: Value = serde_json::from_str(JSON_DATA).unwrap();
            event[name] = value;
            assert!(matches!(CLOUDEVENTS.take(&structured(&event.to_string())), Received::Malformed(_)), "{event}");
        }
    }
    let old = JSON_DATA.replace("\"1.0\"", "\"0.3\"");
    assert!(matches!(CLOUDEVENTS.take(&structured(&old)), Received::Malformed(_)));
}
