use crate::members::{MEMBERS, newest};
use nerve_model::RecordId;
use nerve_ports::{Row, RowError, Statement, Value};
use serde::Serialize;
use std::borrow::Cow;

/// The error for a limit that is not from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit is a number from 1 to 100")]
pub struct PageError;

/// The most items of one exported file: a bound within a worker's memory.
const FILE_LIMIT: u32 = 10_000;

/// The limit and position of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    cursor: Option<String>,
}

impl PageRequest {
    /// The most items of a page when the caller names no limit.
    pub const DEFAULT_LIMIT: u32 = 50;

    /// A page of at most `limit` items, from 1 to 100, after the one at `cursor`.
    pub fn new(limit: u32, cursor: Option<String>) -> Result<Self, PageError> {
        if limit == 0 || limit > 100 { Err(PageError) } else { Ok(Self { limit, cursor }) }
    }

    /// A page with as many items as one exported file, after the one at `cursor`.
    pub const fn of_a_file(cursor: Option<String>) -> Self {
        Self { limit: FILE_LIMIT, cursor }
    }

    /// The most items of the page.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The key of the item before the page.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, cursor: None }
    }
}

/// A page of a list, newest first unless noted otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The `cursor` of the next page; null on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(map).collect(), next: self.next }
    }
}

/// A list query: `SELECT ... FROM ...`, its conditions, and the column that orders it and is its cursor.
pub(crate) struct Listing {
    select: Cow<'static, str>,
    key: &'static str,
    conditions: Vec<String>,
    params: Vec<Value>,
    /// The table and the record whose members the rows must belong to.
    members: Option<(&'static str, RecordId)>,
}

impl Listing {
    pub(crate) fn new(select: impl Into<Cow<'static, str>>, key: &'static str) -> Self {
        Self { select: select.into(), key, conditions: Vec::new(), params: Vec::new(), members: None }
    }

    /// Sets the first parameters, which the columns of the list refer to.
    pub(crate) fn with(mut self, params: impl IntoIterator<Item = Value>) -> Self {
        self.params.extend(params);
        self
    }

    /// Adds a condition without a parameter.
    pub(crate) fn always(mut self, condition: &str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// Adds a condition if there is a value; every `?` in it stands for the value.
    pub(crate) fn filter(mut self, condition: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.params.push(value.into());
            self.conditions.push(condition.replace('?', &format!("?{}", self.params.len())));
        }
        self
    }

    /// Restricts the list to rows of a record's members. `table` is the listed table; its key is `id`.
    pub(crate) fn of(mut self, table: &'static str, record: Option<RecordId>) -> Self {
        self.members = record.map(|record| (table, record));
        self
    }

    /// Restricts the list to what follows a place in an order. The columns make the order total.
    pub(crate) fn after(mut self, columns: &str, place: Option<Vec<Value>>) -> Self {
        if let Some(place) = place {
            let first = self.params.len() + 1;
            let numbers: Vec<String> = (first..first + place.len()).map(|n| format!("?{n}")).collect();
            self.conditions.push(format!("({columns}) > ({})", numbers.join(", ")));
            self.params.extend(place);
        }
        self
    }

    /// The statement for the first rows in an order, one more than the limit.
    pub(crate) fn in_order(mut self, columns: &str, limit: u32) -> Statement {
        if let Some((_, record)) = self.members {
            self.params.push(Value::text(record));
            self.conditions.push(format!("record IN {}", MEMBERS.replace("?1", &format!("?{}", self.params.len()))));
        }
        self.params.push(limit.saturating_add(1).into());
        let (filter, limit) = (self.conditions.join(" AND "), self.params.len());
        Statement::new(format!("{} WHERE {filter} ORDER BY {columns} LIMIT ?{limit}", self.select), self.params)
    }

    /// The statement for one page, newest first. It reads one row more than the limit, to see if there is a next page.
    pub(crate) fn statement(mut self, page: &PageRequest, cursor: Option<Value>) -> Statement {
        let before = format!("{} < ?", self.key);
        self = self.filter(&before, cursor);
        self.params.push(page.limit().saturating_add(1).into());
        let (select, key, limit) = (self.select, self.key, self.params.len());
        let mut filter = if self.conditions.is_empty() { "1".to_owned() } else { self.conditions.join(" AND ") };
        if let Some((table, record)) = self.members {
            self.params.push(Value::text(record));
            let record = format!("?{}", self.params.len());
            filter = newest(table, &record, &filter, &format!("?{limit}"));
        }
        Statement::new(format!("{select} WHERE {filter} ORDER BY {key} DESC LIMIT ?{limit}"), self.params)
    }
}

/// The page without the extra row, with the cursor of the next page.
pub(crate) fn paged<T>(
    rows: &[Row],
    page: &PageRequest,
    read: impl Fn(&Row) -> Result<T, RowError>,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, RowError> {
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let items = rows.iter().take(limit).map(read).collect::<Result<Vec<T>, RowError>>()?;
    let next = items.last().filter(|_| rows.len() > limit).map(key);
    Ok(Page { items, next })
}
