use nerve_ports::{Database, DatabaseError, Row, Statement, Value};
use serde::{Deserialize, Deserializer, de};
use std::{collections::BTreeMap, fmt};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, Env};

use crate::DATABASE_BINDING;

/// The shared database on D1.
#[derive(Debug)]
pub struct D1(D1Database);

impl D1 {
    /// The database bound as `DB`.
    pub fn from_env(env: &Env) -> Result<Self, DatabaseError> {
        env.d1(DATABASE_BINDING).map(Self).map_err(|error| DatabaseError::Unavailable(error.to_string()))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where values are checked before they are bound")]
    fn prepare(&self, statement: &Statement) -> Result<D1PreparedStatement, DatabaseError> {
        let params = statement.params.iter().map(bind).collect::<Result<Vec<_>, _>>()?;
        self.0.prepare(statement.sql.as_str()).bind(&params).map_err(failure)
    }
}

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        let prepared = statements.iter().map(|statement| self.prepare(statement)).collect::<Result<_, _>>()?;
        let results = self.0.batch(prepared).await.map_err(failure)?;
        results
            .iter()
            .map(|result| Ok(result.results::<Cells>().map_err(failure)?.into_iter().map(Row::from).collect()))
            .collect()
    }
}

/// D1 takes doubles as numbers and refuses big integers, so a number must be exact as a double.
fn bind(value: &Value) -> Result<JsValue, DatabaseError> {
    const EXACT: i64 = 1 << 53;
    match value {
        Value::Null => Ok(JsValue::NULL),
        #[expect(clippy::cast_precision_loss, reason = "checked against 2^53")]
        Value::Integer(number) if (-EXACT..=EXACT).contains(number) => Ok(JsValue::from_f64(*number as f64)),
        Value::Integer(_) => Err(DatabaseError::Unavailable("a number beyond 2^53 cannot be stored".to_owned())),
        Value::Real(number) => Ok(JsValue::from_f64(*number)),
        Value::Text(text) => Ok(JsValue::from_str(text)),
        Value::Blob(bytes) => Ok(js_sys::Uint8Array::from(bytes.as_slice()).into()),
    }
}

fn failure(error: worker::Error) -> DatabaseError {
    let text = match &error {
        // The wrapper's own text is only "D1_ERROR"; the cause names the constraint.
        worker::Error::D1(cause) => format!("{error} {}", cause.cause()),
        other => other.to_string(),
    };
    DatabaseError::from_message(&text)
}

#[derive(Deserialize)]
struct Cells(BTreeMap<String, Cell>);

impl From<Cells> for Row {
    fn from(cells: Cells) -> Self {
        Self(cells.0.into_iter().map(|(column, cell)| (column, cell.0)).collect())
    }
}

struct Cell(Value);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor).map(Self)
    }
}

struct CellVisitor;

impl de::Visitor<'_> for CellVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a database value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }
}
