//! What was known when something was proposed, as the ledger kept it.

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
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            (header(&proposal))
            section.panel {
                h2 { "What was known" }
                (standing(&kept, call.services.now()))
                @if let Some(text) = &kept.text { pre.document { (text) } }
            }
        }
    };
    let frame =
        Frame { title: "What was known", place: Some(Place::Queue), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn header(proposal: &Proposal) -> Markup {
    let card = &proposal.card;
    html! {
        header {
            div {
                h1 { a href={ "/records/" (card.record.id) } { bdi { (card.record.name) } } }
                p.muted { "Known when this was proposed: " a href={ "/proposals/" (proposal.id) } { bdi { (card.action.headline()) } } }
            }
            a.button href={ "/ledger?proposal=" (proposal.id) } { "Ledger" }
        }
    }
}

/// Whether it can be relied on.
fn standing(kept: &KeptSituation, now: Timestamp) -> Markup {
    let digest: String = kept.digest.0.chars().take(12).collect();
    html! {
        p.pad.small {
            @if kept.text.is_none() {
                @if let Some(at) = kept.erased_at { "It was erased " (clock::ago(at, now)) ". " }
                @else { "It was not kept. " }
            } @else if kept.agrees {
                span.pill.good { "Unaltered" } " The proposal names exactly this text. "
            } @else {
                span.pill.bad { "Altered" } " This is not the text that the proposal names. "
            }
            @if let (Some(at), Some(n)) = (kept.kept_at, kept.n) { "Written down " (clock::ago(at, now)) ", entry " (n) " of the record\u{2019}s ledger. " }
            span.muted title=(kept.digest.0) { "SHA-256 " code { (digest) } }
        }
    }
}
