//! What a record is recognized by, and forms that add to it and take from it.

use super::{
    record::{self, Part, Refused},
    unread, words,
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_model::{Claim, ClaimKind, RecordId};

/// What recognizes somebody by itself.
const STRONG: [ClaimKind; 4] = [ClaimKind::Email, ClaimKind::Phone, ClaimKind::External, ClaimKind::Serial];

/// `POST /records/{id}/claims`.
pub(crate) async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let added = added(&call, record).await;
    record::taken(&call, record, Part::Claims, added).await
}

async fn added<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<(), Problem> {
    let form = call.form();
    let claim = call.claim(form.parse("kind").ok_or_else(unread)?, form.text("value"))?;
    Ok(call.editor()?.add_claim(record, &claim).await?)
}

/// `POST /records/{id}/claims/remove`.
pub(crate) async fn remove<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, form) = (call.id("record")?, call.form());
    let kind = form.parse("kind").ok_or_else(unread)?;
    let removed = call.editor()?.remove_claim(record, kind, form.text("value")).await;
    record::taken(&call, record, Part::Claims, removed.map_err(Problem::from)).await
}

/// The claims; with their forms where the record can be changed.
pub(crate) fn list(
    record: RecordId,
    claims: &[Claim],
    shared: &[Claim],
    open: bool,
    refused: Option<&Refused>,
) -> Markup {
    html! {
        ul.claims aria-label="Known by" {
            @for claim in claims {
                li {
                    (words::claimed(claim))
                    @if open { (removal(record, claim)) }
                }
            }
            @for claim in shared { li { (words::claimed(claim)) span.muted { " shared" } } }
        }
        @if open { (addition(record, refused)) }
    }
}

fn removal(record: RecordId, Claim { kind, value, .. }: &Claim) -> Markup {
    html! {
        form method="post" action={ "/records/" (record) "/claims/remove" } data-swap {
            input type="hidden" name="kind" value=(kind);
            input type="hidden" name="value" value=(value);
            button.plain title="Not known by this any more" aria-label={ "Remove " (value) } { "×" }
        }
    }
}

fn addition(record: RecordId, refused: Option<&Refused>) -> Markup {
    let (typed, open) = Refused::form(refused, Part::Claims);
    html! {
        details.add open[open] {
            summary.small.muted { "Known by something more" }
            form.inline method="post" action={ "/records/" (record) "/claims" } data-swap {
                label { "Kind" select name="kind" {
                    @for kind in STRONG {
                        option value=(kind) selected[typed.text("kind") == kind.as_str()] { (words::claim(kind)) }
                    }
                } }
                label { "Value" input name="value" value=(typed.text("value")) required maxlength="254" autocomplete="off"; }
                button { "Add" }
            }
        }
    }
}
