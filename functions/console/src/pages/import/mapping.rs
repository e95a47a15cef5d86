//! The mapping of a draft as a form, and its first rows.

use super::{
    super::labels,
    parts::{address, discard_button},
};
use crate::{api::imports::ImportDocument, input::Form};
use maud::{Markup, html};
use nerve_csv::{Column, Mapping};
use nerve_ledger::imports::Import;
use nerve_model::RecordType;

/// The mapping that a form gives; none where it is malformed.
pub(super) fn read(import: &Import, form: &Form) -> Option<Mapping> {
    let columns = (0..import.header.len()).map(|n| form.parse::<Column>(&field(n)));
    Some(Mapping {
        columns: columns.collect::<Option<Vec<Column>>>()?,
        record_type: form.parse("type")?,
        region: form.optional("region").map(str::to_uppercase),
        ids: form.optional("ids").map_or_else(Mapping::own_ids, str::to_owned),
    })
}

fn field(n: usize) -> String {
    format!("column{n}")
}

/// The form; after a refusal it keeps the typed mapping.
pub(super) fn form(opened: &ImportDocument, mapping: &Mapping) -> Markup {
    let ImportDocument { import, preview, .. } = opened;
    let rows = import.counts.rows.saturating_sub(import.counts.refused);
    html! {
        form method="post" action={ (address(import.id)) "/mapping" } data-swap {
            section.panel {
                h2 { "Columns" }
                ul.things.mapping {
                    @for (n, (title, column)) in import.header.iter().zip(&mapping.columns).enumerate() {
                        li { label for=(field(n)) { bdi { (title) } } (choice(n, title, column)) }
                    }
                }
                div.pad.fields { (defaults(mapping)) }
            }
            (first_rows(import, preview))
            div.fields {
                div.end {
                    button.primary name="then" value="import" { "Import " (rows) @if rows == 1 { " row" } @else { " rows" } }
                    button { "Check again" }
                }
            }
        }
        (discard_button(import.id, "Discard"))
    }
}

fn choice(n: usize, title: &str, chosen: &Column) -> Markup {
    let own = Column::attribute(title);
    let other = Some(chosen).filter(|column| matches!(column, Column::Attribute(_)) && own.as_ref() != Some(column));
    let offered = Column::plain().cloned().chain(own.clone()).chain(other.cloned());
    html! {
        select #(field(n)) name=(field(n)) {
            @for column in offered { option value=(column) selected[column == *chosen] { (meaning(&column)) } }
        }
    }
}

fn meaning(column: &Column) -> String {
    let plain = match column {
        Column::Attribute(name) => return format!("Kept as “{name}”"),
        Column::Ignored => "Not imported",
        Column::Record => "Record id in Nerve",
        Column::Type => "Type of record",
        Column::Name => "Name",
        Column::GivenName => "First name",
        Column::FamilyName => "Last name",
        Column::Owner => "Owner",
        Column::Stage => "Stage",
        Column::Email => "Mail address",
        Column::Phone => "Telephone number",
        Column::ExternalId => "Id in its tool",
        Column::External => "Ids, each with its tool",
        Column::Serial => "Serial number",
    };
    plain.to_owned()
}

/// The values for rows whose columns give none.
fn defaults(mapping: &Mapping) -> Markup {
    html! {
        div.pair {
            label { "Type of rows without a type"
                select name="type" {
                    @for of in RecordType::ALL { option value=(of) selected[*of == mapping.record_type] { (labels::record_type(*of)) } }
                }
            }
            label { "Country of telephone numbers without a country code" input name="region" value=[mapping.region.as_deref()] placeholder="DE" maxlength="2"; }
            label { "Tool of the ids" input name="ids" value=(mapping.ids) placeholder="hubspot:contact" maxlength="81"; }
        }
    }
}

fn first_rows(import: &Import, preview: &[nerve_csv::Line]) -> Markup {
    html! {
        h2.part { "First rows" }
        section.panel {
            div.pad.sheet tabindex="0" {
                table {
                    thead { tr { th { "Line" } @for title in &import.header { th { bdi { (title) } } } } }
                    tbody {
                        @for line in preview {
                            tr.refused[!line.refused.is_empty()] {
                                td { (line.line) }
                                @for cell in &line.cells { td { bdi { (cell) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
