use crate::Outcome;
use nerve_matching::Profile;
use nerve_telephone::read;
use std::collections::BTreeMap;

/// A row of a set: its id and its values.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) profile: Profile,
}

/// Reads rows of `id` and columns. Numbers of a `phone` column become E.164, as the sources do it: the sets are from
/// the United States.
pub(crate) fn rows(path: &str) -> Outcome<Vec<Row>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let mut profile = Profile::default();
        for (column, value) in header.iter().zip(&record).skip(1) {
            match column {
                "phone" => profile.add(column, &read(value, "US".parse().ok()).numbers.pop().unwrap_or_default()),
                _ => profile.add(column, value),
            }
        }
        rows.push(Row { id: record.get(0).unwrap_or_default().to_owned(), profile });
    }
    Ok(rows)
}

/// Reads `event,record`; an event without a record is left out.
pub(crate) fn truth(path: &str) -> Outcome<BTreeMap<String, String>> {
    let mut truth = BTreeMap::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let (event, record): (String, String) = row?;
        if !record.is_empty() {
            truth.insert(event, record);
        }
    }
    Ok(truth)
}
