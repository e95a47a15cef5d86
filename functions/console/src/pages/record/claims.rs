//! The claims of a record.

use super::{
    super::labels,
    refused::{Part, Refused},
};
use maud::{Markup, html};
use nerve_model::{Claim, ClaimKind, RecordId};

/// The kinds that identify a record by themselves.
const IDENTIFYING: [ClaimKind; 4] = [ClaimKind::Email, ClaimKind::Phone, ClaimKind::External, ClaimKind::Serial];

/// The claims; with forms while the record can be changed.
pub(super) fn list(
    record: RecordId,
    claims: &[Claim],
    shared: &[Claim],
    open: bool,
    refused: Option<&Refused>,
) -> Markup {
    html! {
        ul.claims aria-label="Claims" {
            @for claim in claims {
                li {
                    (labels::claimed(claim))
                    @if open { (removal(record, claim)) }
                }
            }
            @for claim in shared { li { (labels::claimed(claim)) span.muted { " shared" } } }
        }
        @if open { (addition(record, refused)) }
    }
}

fn removal(record: RecordId, Claim { kind, value, .. }: &Claim) -> Markup {
    html! {
        form method="post" action={ "/records/" (record) "/claims/remove" } data-swap {
            input type="hidden" name="kind" value=(kind);
            input type="hidden" name="value" value=(value);
            button.plain title="Remove this claim" aria-label={ "Remove " (value) } { "×" }
        }
    }
}

fn addition(record: RecordId, refused: Option<&Refused>) -> Markup {
    let (typed, open) = Refused::typed(refused, Part::Claims);
    html! {
        details.add open[open] {
            summary.small.muted { "Add a claim" }
            form.inline method="post" action={ "/records/" (record) "/claims" } data-swap {
                label { "Kind" select name="kind" {
                    @for kind in IDENTIFYING {
                        option value=(kind) selected[typed.text("kind") == kind.as_str()] { (labels::claim(kind)) }
                    }
                } }
                label { "Value" input name="value" value=(typed.text("value")) required data-max="254" autocomplete="off"; }
                button { "Add" }
            }
        }
    }
}
