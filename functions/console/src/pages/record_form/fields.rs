//! The fields of a record in a form.

use crate::{input::Form, problem::Problem};
use nerve_model::{Attributes, ClaimKind, RecordFields};

/// The claims that the form of a new record asks for.
pub(super) const CLAIMS: [ClaimKind; 2] = [ClaimKind::Email, ClaimKind::Phone];

/// The fields that a form gives.
pub(super) fn read(form: &Form) -> Result<RecordFields, Problem> {
    let named = form.all("attribute").zip(form.all("value"));
    let pairs: Vec<(String, String)> = named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    if let Some(&[twice, _]) = names.array_windows::<2>().find(|[one, next]| one == next) {
        return Err(Problem::Invalid(format!("The attribute “{twice}” appears twice.")));
    }
    let attributes = Attributes::new(pairs)?;
    Ok(RecordFields::new(form.text("name"), form.optional("owner"), form.optional("stage"), attributes)?)
}

/// The form that gives these fields.
pub(super) fn form(fields: &RecordFields) -> Form {
    let RecordFields { name, owner, stage, attributes } = fields;
    let plain = [("name", Some(name)), ("owner", owner.as_ref()), ("stage", stage.as_ref())];
    let plain = plain.into_iter().map(|(field, text)| (field, text.cloned().unwrap_or_default()));
    let attributes =
        attributes.iter().flat_map(|(name, value)| [("attribute", name.to_owned()), ("value", value.to_owned())]);
    Form::from_pairs(plain.chain(attributes))
}
