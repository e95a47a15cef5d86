//! The situation a proposal rests on, as the ledger keeps it.

use super::{
    clock,
    frame::{Frame, Place},
};
use crate::{
    api::kept_situation::KeptSituation,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::proposals;
use nerve_model::{Proposal, Timestamp};

/// `GET /proposals/{id}/situation`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = proposals::get(call.services.db(), call.id("proposal")?).await?;
    let proposal = found.ok_or(Problem::NotFound("proposal"))?;
    let kept = KeptSituation::load(&call, &proposal).await?;
    let content = html! {
        (header(&proposal))
        section.panel {
            h2 { "Situation" }
            (integrity(&kept, call.services.now()))
            @if let Some(text) = &kept.text { pre.document { (text) } }
        }
    };
    Ok(Frame::new(Place::Queue, "Situation", call.caller.as_ref()).single(200, &content))
}

fn header(proposal: &Proposal) -> Markup {
    let card = &proposal.card;
    html! {
        header {
            div {
                h1 { a href={ "/records/" (card.record.id) } { bdi { (card.record.name) } } }
                p.muted { "Situation of the proposal: " a href={ "/proposals/" (proposal.id) } { bdi { (card.action.headline()) } } }
            }
            a.button href={ "/ledger?proposal=" (proposal.id) } { "Ledger" }
        }
    }
}

/// The comparison of the kept text with the digest that the proposal names.
fn integrity(kept: &KeptSituation, now: Timestamp) -> Markup {
    let digest: String = kept.digest.0.chars().take(12).collect();
    html! {
        p.pad.small {
            @if kept.text.is_none() {
                @if let Some(at) = kept.erased_at { "The text was erased " (clock::ago(at, now)) ". " }
                @else { "The ledger keeps no text. " }
            } @else if kept.agrees {
                span.pill.good { "Unaltered" } " The text has the digest that the proposal names. "
            } @else {
                span.pill.bad { "Altered" } " The text does not have the digest that the proposal names. "
            }
            @if let (Some(at), Some(n)) = (kept.kept_at, kept.n) { "Recorded " (clock::ago(at, now)) ", entry " (n) " of the record\u{2019}s chain. " }
            span.muted title=(kept.digest.0) { "SHA-256 " code { (digest) } }
        }
    }
}
