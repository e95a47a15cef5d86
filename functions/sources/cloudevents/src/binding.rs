//! The placement of events in a request: in headers, in the body, or several in the body.

use crate::attributes::Attributes;
use base64ct::{Base64, Encoding};
use nerve_intake::{Delivery, Malformed, reading::json};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// An event and its data, which stays unparsed until its type is known.
#[derive(Debug)]
pub(crate) struct CloudEvent<'a> {
    pub(crate) attributes: Attributes,
    data: Data<'a>,
}

#[derive(Debug)]
enum Data<'a> {
    Bytes(&'a [u8]),
    Member(Value),
    Base64(Value),
    None,
}

/// The content mode of a request, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Binary,
    Structured,
    Batch,
}

impl Mode {
    /// Media types compare without case; their parameters are ignored.
    pub(crate) fn of(delivery: &Delivery) -> Result<Self, Malformed> {
        let media_type = delivery.headers.get("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/cloudevents+json" => Ok(Self::Structured),
            "application/cloudevents-batch+json" => Ok(Self::Batch),
            other if other.starts_with("application/cloudevents") => {
                Err(Malformed("of the formats of CloudEvents only JSON is read".to_owned()))
            }
            _ => Ok(Self::Binary),
        }
    }
}

/// The events of a request, each parsed or malformed.
pub(crate) fn events(delivery: &Delivery) -> Result<Vec<Result<CloudEvent<'_>, Malformed>>, Malformed> {
    match Mode::of(delivery)? {
        Mode::Binary => Ok(vec![Ok(binary(delivery)?)]),
        Mode::Structured => Ok(vec![Ok(structured(json(&delivery.body, "the event")?)?)]),
        Mode::Batch => {
            let batch: Vec<Value> = json(&delivery.body, "the batch")?;
            Ok(batch.into_iter().map(structured).collect())
        }
    }
}

fn binary(delivery: &Delivery) -> Result<CloudEvent<'_>, Malformed> {
    let attributes = Attributes::of_headers(|name| delivery.headers.get(name))?;
    let data = if delivery.body.is_empty() { Data::None } else { Data::Bytes(&delivery.body) };
    Ok(CloudEvent { attributes, data })
}

fn structured(event: Value) -> Result<CloudEvent<'static>, Malformed> {
    let Value::Object(mut members) = event else {
        return Err(Malformed("an event must be an object".to_owned()));
    };
    let attributes = Attributes::of_members(&members)?;
    let data = match (members.remove("data"), members.remove("data_base64")) {
        (Some(data), _) => Data::Member(data),
        (None, Some(data)) => Data::Base64(data),
        (None, None) => Data::None,
    };
    Ok(CloudEvent { attributes, data })
}

impl CloudEvent<'_> {
    /// The data, which must be a JSON object.
    pub(crate) fn data(self) -> Result<(Attributes, Map<String, Value>), Malformed> {
        let data = match self.data {
            Data::Bytes(bytes) => document(&Cow::Borrowed(bytes))?,
            Data::Base64(text) => document(&Cow::Owned(decoded(&text)?))?,
            Data::Member(value) => value,
            Data::None => Value::Null,
        };
        match data {
            Value::Object(data) => Ok((self.attributes, data)),
            _ => Err(Malformed("data must be a JSON object".to_owned())),
        }
    }
}

fn document(bytes: &[u8]) -> Result<Value, Malformed> {
    json(bytes, "data")
}

fn decoded(text: &Value) -> Result<Vec<u8>, Malformed> {
    let bytes = text.as_str().and_then(|text| Base64::decode_vec(text).ok());
    bytes.ok_or_else(|| Malformed("data_base64 must be padded Base64".to_owned()))
}
