use crate::{Outcome, arguments::Arguments};
use nerve_matching::import_splink;
use std::{collections::BTreeMap, fs};

/// Usual column names of data sets about people, and the matching columns of a customer's profile.
const NAMES: &[(&str, &str)] = &[
    ("first_name", "name.given"),
    ("given_name", "name.given"),
    ("forename", "name.given"),
    ("surname", "name.surname"),
    ("last_name", "name.surname"),
    ("full_name", "name"),
    ("phone_number", "phone"),
    ("zip", "postcode"),
    ("town", "city"),
];

/// Writes the model that Splink's settings describe, with the columns and keys of another model.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let names: BTreeMap<String, String> =
        NAMES.iter().map(|(column, part)| ((*column).to_owned(), (*part).to_owned())).collect();
    let settings = fs::read_to_string(arguments.get("--settings")?)?;
    let model = import_splink(&settings, &arguments.model()?, &names)?;
    fs::write(arguments.get("--out")?, serde_json::to_string_pretty(&model)? + "\n")?;
    Ok(())
}
