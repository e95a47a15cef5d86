use nerve_model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, str::FromStr};

/// A value in a database column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A whole number; D1 transports it as a double, so its magnitude must stay below 2^53.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$x:ident| $to:expr),+ $(,)?) => {
        $( impl From<$from> for Value { fn from($x: $from) -> Self { $to } } )+
    };
}

value_from! {
    i64 => |x| Self::Integer(x),
    u32 => |x| Self::Integer(x.into()),
    bool => |x| Self::Integer(x.into()),
    f64 => |x| Self::Real(x),
    String => |x| Self::Text(x),
    &str => |x| Self::Text(x.to_owned()),
    Vec<u8> => |x| Self::Blob(x),
    Timestamp => |x| Self::Integer(x.as_millis()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    /// The text of a value: an id, name or status.
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }

    /// The JSON text of a value.
    pub fn json(document: &impl Serialize) -> Self {
        Self::Text(serde_json::to_string(document).unwrap_or_default())
    }
}

/// An SQL statement with its parameters, numbered `?1`, `?2`, ... in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL text.
    pub sql: String,
    /// The parameters in order.
    pub params: Vec<Value>,
}

impl Statement {
    /// A statement with its parameters.
    pub fn new(sql: impl Into<String>, params: impl IntoIterator<Item = Value>) -> Self {
        Self { sql: sql.into(), params: params.into_iter().collect() }
    }
}

/// The error for a stored value of the wrong form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {problem}")]
pub struct RowError {
    /// The column.
    pub column: String,
    /// The problem.
    pub problem: String,
}

/// One row of an answer, by column name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row(pub BTreeMap<String, Value>);

impl Row {
    /// The value of a column; absent columns read as NULL.
    pub fn get(&self, column: &str) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    /// The whole number in a column.
    pub fn integer(&self, column: &str) -> Result<i64, RowError> {
        self.optional_integer(column)?.ok_or_else(|| wrong(column, "is null"))
    }

    /// The whole number in a column; `None` for NULL.
    pub fn optional_integer(&self, column: &str) -> Result<Option<i64>, RowError> {
        match self.get(column) {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(*number)),
            // D1 and the object storage return every number as a double.
            #[expect(clippy::cast_possible_truncation, reason = "checked: whole and below 2^53")]
            Value::Real(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                Ok(Some(*number as i64))
            }
            _ => Err(wrong(column, "is not a whole number")),
        }
    }

    /// The count in a column: a whole number from 0 to 2^32 - 1.
    pub fn count(&self, column: &str) -> Result<u32, RowError> {
        u32::try_from(self.integer(column)?).map_err(|_| wrong(column, "is not a count"))
    }

    /// The flag in a column, stored as 1 or 0.
    pub fn flag(&self, column: &str) -> Result<bool, RowError> {
        Ok(self.integer(column)? != 0)
    }

    /// The text in a column.
    pub fn text(&self, column: &str) -> Result<&str, RowError> {
        self.optional_text(column)?.ok_or_else(|| wrong(column, "is null"))
    }

    /// The text in a column; `None` for NULL.
    pub fn optional_text(&self, column: &str) -> Result<Option<&str>, RowError> {
        match self.get(column) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(wrong(column, "is not text")),
        }
    }

    /// The bytes in a column.
    pub fn blob(&self, column: &str) -> Result<&[u8], RowError> {
        match self.get(column) {
            Value::Blob(bytes) => Ok(bytes),
            _ => Err(wrong(column, "is not bytes")),
        }
    }

    /// The instant in a column, stored as milliseconds.
    pub fn time(&self, column: &str) -> Result<Timestamp, RowError> {
        self.integer(column).map(Timestamp::from_millis)
    }

    /// The instant in a column; `None` for NULL.
    pub fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, RowError> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_millis))
    }

    /// The id, name or status in a column, parsed from its text.
    pub fn parse<T: FromStr<Err: ToString>>(&self, column: &str) -> Result<T, RowError> {
        self.text(column)?.parse().map_err(|error: T::Err| wrong(column, error))
    }

    /// The value in a column, parsed from its JSON text.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, RowError> {
        serde_json::from_str(self.text(column)?).map_err(|error| wrong(column, error))
    }

    /// The value in a column, parsed from its JSON text; `None` for NULL.
    pub fn optional_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, RowError> {
        let text = self.optional_text(column)?;
        text.map(|text| serde_json::from_str(text).map_err(|error| wrong(column, error))).transpose()
    }
}

fn wrong(column: &str, problem: impl ToString) -> RowError {
    RowError { column: column.to_owned(), problem: problem.to_string() }
}
