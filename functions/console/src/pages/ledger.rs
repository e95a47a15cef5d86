//! The ledger: every decision and effect, with its actor, time and situation.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    labels, paging, verdicts,
};
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page, Verification,
    chain::{self, Body, ChainId, EntryFilter, StoredEntry},
};
use nerve_model::{ProposalId, RecordId, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct LedgerPageQuery {
    record: Option<RecordId>,
    proposal: Option<ProposalId>,
    cursor: Option<String>,
    verify: Option<bool>,
}

/// The record or the proposal that the page is limited to.
#[derive(Clone, Copy)]
struct Scope {
    record: Option<RecordId>,
    proposal: Option<ProposalId>,
}

/// `GET /ledger`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let LedgerPageQuery { record, proposal, cursor, verify } = call.query()?;
    let db = call.services.db();
    let filter = EntryFilter { chain: record.map(ChainId::Record), proposal };
    let found = chain::list(db, &filter, &paging::page(cursor)).await?;
    let verification = if verify == Some(true) { Some(nerve_ledger::verify(db).await?) } else { None };
    let content = content(Scope { record, proposal }, &found, verification.as_ref(), call.services.now());
    Ok(Frame::new(Place::Ledger, "Ledger", call.caller.as_ref()).single(200, &content))
}

fn content(scope: Scope, found: &Page<StoredEntry>, verification: Option<&Verification>, now: Timestamp) -> Markup {
    html! {
        header {
            h1 { "Ledger" }
            @if scope.record.is_some() || scope.proposal.is_some() { a.button href="/ledger" { "Show all entries" } }
            form method="get" action="/ledger" {
                input type="hidden" name="verify" value="true";
                button { (Icon::CHECK.draw()) "Verify" }
            }
        }
        @if let Some(verification) = verification { (verdict(verification)) }
        (scope_notice(scope))
        @if found.items.is_empty() { (empty()) }
        @else { ol.panel.things { @for row in &found.items { li { (entry(row, now)) } } } }
        @if let Some(cursor) = &found.next { a.more href=(older(scope, cursor)) { "Show older" } }
    }
}

fn older(Scope { record, proposal }: Scope, cursor: &str) -> String {
    let record = record.map(|id| format!("record={id}&")).unwrap_or_default();
    let proposal = proposal.map(|id| format!("proposal={id}&")).unwrap_or_default();
    format!("/ledger?{record}{proposal}cursor={cursor}")
}

fn scope_notice(Scope { record, proposal }: Scope) -> Markup {
    html! {
        @if let Some(id) = proposal { p.notice { "Only entries about " a href={ "/proposals/" (id) } { "this proposal" } "." } }
        @else if let Some(id) = record { p.notice { "Only entries about " a href={ "/records/" (id) } { "this record" } "." } }
    }
}

fn verdict(verification: &Verification) -> Markup {
    html! {
        @match &verification.first_bad {
            None => p.notice.good role="status" {
                strong { "The ledger is intact." }
                span { (verification.entries) " entries in " (verification.chains) " chains were recomputed." }
            },
            Some(bad) => p.notice.bad role="alert" {
                strong { "The ledger was tampered with or damaged." }
                span { "First bad entry: " (bad.n) " of chain " code { bdi { (bad.chain) } } ": " bdi { (bad.problem) } "." }
            },
        }
    }
}

fn empty() -> Markup {
    html! {
        div.empty {
            (Icon::LEDGER.draw())
            h2 { "No ledger entries yet" }
            p { "Nerve adds an entry for every proposal, decision and effect, and never changes one." }
        }
    }
}

fn entry(row: &StoredEntry, now: Timestamp) -> Markup {
    html! {
        details.entry {
            summary {
                span.kind { (labels::entry(&row.kind)) }
                span.title { (headline(row)) }
                span.small.muted { bdi { (row.actor) } ", " (clock::ago(row.at, now)) }
            }
            dl {
                @match &row.body {
                    Some(body) => (fields(body)),
                    None => { dt { "Content" } dd { "Erased. The chain still verifies." } }
                }
                dt { "Actor and time" } dd { bdi { (row.actor) } ", " (clock::at(row.at)) }
                @if let Some(id) = row.card() { dt { "Proposal" } dd { a href={ "/proposals/" (id) } { (id) } } }
                dt { "Place in the chain" } dd { (row.n) " of " code { bdi { (row.chain) } } }
                dt { "Hash" } dd.hash.mono { (row.hash) }
            }
        }
    }
}

fn headline(row: &StoredEntry) -> Markup {
    let Some(body) = &row.body else { return html! { span.muted { "erased" } } };
    html! {
        @if let Some(record) = &body.related_record { strong { bdi { (record.name) } } " " }
        @if let Some(action) = &body.recommended_action { (labels::action(action.kind())) }
        @if let Some(note) = &body.note { " " span.muted { bdi { (note) } } }
    }
}

/// The ten fields of every entry.
fn fields(body: &Body) -> Markup {
    let none = || html! { span.muted { "none" } };
    let text = |text: &Option<String>| text.as_ref().map_or_else(none, |text| html! { bdi { (text) } });
    let event = body.source_event.as_ref().map_or_else(none, |event| {
        html! { bdi { (event.summary) } " " span.muted { (labels::source(event.source.as_str())) ", " (event.id) } }
    });
    let record = body.related_record.as_ref().map_or_else(none, |record| {
        html! { a href={ "/records/" (record.id) } { bdi { (record.name) } } }
    });
    let context = body.context_used.as_ref().map_or_else(none, |context| {
        html! { "Timeline up to entry " (context.up_to) ", digest " code { (context.digest.0.chars().take(16).collect::<String>()) } }
    });
    let action = body.recommended_action.as_ref().map_or_else(none, |action| html! { (labels::action(action.kind())) });
    let fields = [
        ("Source event", event),
        ("Related record", record),
        ("Context used", context),
        ("Recommended action", action),
        ("Risk level", body.risk_level.map_or_else(none, labels::risk_pill)),
        ("Approval status", body.approval_status.map_or_else(none, labels::status_pill)),
        ("Execution channel", text(&body.execution_channel)),
        ("Execution result", text(&body.execution_result)),
        ("Human override", text(&body.human_override)),
        ("Final outcome", text(&body.final_outcome)),
    ];
    html! {
        @for (name, value) in fields { dt { (name) } dd { (value) } }
        @if let Some(note) = &body.note { dt { "Note" } dd { bdi { (note) } } }
        @if !body.gates.is_empty() { dt { "Gates" } dd { (verdicts::show(&body.gates)) } }
    }
}
