//! The forms of a record.

use super::{super::labels, fields::CLAIMS};
use crate::input::Form;
use maud::{Markup, html};
use nerve_ledger::records::StoredRecord;
use nerve_model::{Attributes, RecordFields, RecordType};

/// The empty rows for further attributes.
const EMPTY_ROWS: usize = 3;

/// The form of a new record.
pub(super) fn create(form: &Form) -> Markup {
    html! {
        form.panel method="post" action="/records/new" data-swap {
            div.pad.fields {
                (types(form.text("type")))
                (inputs(form))
                div.pair {
                    @for kind in CLAIMS {
                        label { (labels::claim(kind)) input name=(kind) value=(form.text(kind.as_str())) data-max="254" autocomplete="off"; }
                    }
                }
                (attributes(form))
                div.end { button.primary { "Create" } }
            }
        }
    }
}

/// The form of a stored record.
pub(super) fn edit(record: &StoredRecord, form: &Form) -> Markup {
    html! {
        form.panel method="post" action={ "/records/" (record.id) "/edit" } data-swap {
            div.pad.fields {
                input type="hidden" name="version" value=(record.version);
                (types(form.optional("type").unwrap_or(record.record_type.as_str())))
                (inputs(form))
                (attributes(form))
                @if record.provisional { p.small.muted { "Nerve created this record from events. Saving confirms it." } }
                div.end { button.primary { "Save" } }
            }
        }
    }
}

fn types(selected: &str) -> Markup {
    html! {
        label { "Type" select name="type" {
            @for kind in RecordType::ALL {
                option value=(kind) selected[selected == kind.as_str()] { (labels::record_type(*kind)) }
            }
        } }
    }
}

fn inputs(form: &Form) -> Markup {
    html! {
        label { "Name" input name="name" value=(form.text("name")) required data-max=(RecordFields::NAME_CHARS) autocomplete="off"; }
        div.pair {
            label { "Owner" input name="owner" value=(form.text("owner")) data-max=(RecordFields::OWNER_CHARS); }
            label { "Stage" input name="stage" value=(form.text("stage")) data-max=(RecordFields::STAGE_CHARS); }
        }
    }
}

/// Without a script the page adds no rows: some are empty, and the next edit brings more.
fn attributes(form: &Form) -> Markup {
    let given =
        form.all("attribute").zip(form.all("value")).filter(|(name, value)| !name.is_empty() || !value.is_empty());
    let given: Vec<(&str, &str)> = given.collect();
    let empty = EMPTY_ROWS.min(Attributes::MAX.saturating_sub(given.len()));
    html! {
        fieldset.fields {
            legend { "Attributes. Saving removes a row without a value." }
            @for (name, value) in given.into_iter().chain(std::iter::repeat_n(("", ""), empty)) {
                div.named {
                    input name="attribute" value=(name) data-max=(Attributes::NAME_CHARS) aria-label="Name" placeholder="Name" autocomplete="off";
                    input name="value" value=(value) data-max=(Attributes::VALUE_CHARS) aria-label="Value" placeholder="Value" autocomplete="off";
                }
            }
        }
    }
}
