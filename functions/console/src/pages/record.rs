//! One record: who it is, what happened, and what was done about it.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    merge, params, situation, timeline, words,
};
use crate::{
    api::records as records_api,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_context::Document;
use nerve_ledger::{
    PageRequest,
    drafts::{self, Draft},
    notes::{self, Note},
    notifications::{self, Notification},
    proposals::{self, ProposalFilter},
    records::{self, StoredRecord},
    tasks::{self, Task},
};
use nerve_model::{Claim, Proposal, RecordId, Timestamp};

/// Everything that belongs to a record.
struct Belongings {
    claims: Vec<Claim>,
    proposals: Vec<Proposal>,
    tasks: Vec<Task>,
    notes: Vec<Note>,
    drafts: Vec<Draft>,
    notifications: Vec<Notification>,
}

impl Belongings {
    async fn load<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Self, Problem> {
        let (db, all) = (call.services.db(), PageRequest::default());
        let filter = ProposalFilter { record: Some(record), ..ProposalFilter::default() };
        Ok(Self {
            claims: records::claims(db, record).await?,
            proposals: proposals::list(db, &filter, &all).await?.items,
            tasks: tasks::list(db, Some(record), &all).await?.items,
            notes: notes::list(db, Some(record), &all).await?.items,
            drafts: drafts::list(db, Some(record), &all).await?.items,
            notifications: notifications::list(db, Some(record), &all).await?.items,
        })
    }
}

/// `GET /records/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let record = records::get(call.services.db(), call.id("record")?).await?.ok_or(Problem::NotFound("record"))?;
    if let Some(root) = record.root {
        return Ok(Response::see_other(format!("/records/{root}")));
    }
    let merged = merge::parts(&call, record.id).await?;
    let belongings = Belongings::load(&call, record.id).await?;
    let happened = timeline::newest(&call, record.id).await;
    let now = call.services.now();
    let known = records_api::known(&call, record.id).await;
    let document = known.map(|known| Document::of(&known, now, call.services.document_bytes()));
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            (header(&record, &belongings.claims))
            @if let Ok(document) = &document { (situation::show(document)) }
            div.columns {
                (happened)
                div.stack { (merged) (what_was_done(&belongings, now)) }
            }
        }
    };
    let frame =
        Frame { title: &record.name, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn header(record: &StoredRecord, claims: &[Claim]) -> Markup {
    html! {
        header {
            div {
                h1 { bdi { (record.name) } }
                p.muted {
                    (words::record_type(record.record_type))
                    @if record.provisional { ", provisional: known from events only" }
                    @if let Some(owner) = &record.owner { ". Owner: " bdi { (owner) } }
                    @if let Some(stage) = &record.stage { ". Stage: " bdi { (stage) } }
                }
                ul.claims aria-label="Known by" {
                    @for claim in claims { li { span.muted { (words::claim(claim.kind)) } " " bdi { (claim.value) } } }
                }
                @if record.attributes.iter().len() > 0 {
                    dl.facts {
                        @for (name, value) in record.attributes.iter() { div { dt { bdi { (name) } } dd { bdi { (value) } } } }
                    }
                }
            }
            @if record.erased_at.is_none() {
                a.button href={ "/records/" (record.id) "/edit" } data-key="e" { "Edit" kbd aria-hidden="true" { "e" } }
                a.button href={ "/records/" (record.id) "/merge" } { "Merge with…" }
            }
            a.button href={ "/records/" (record.id) "/history" } { "History" }
            @if record.erased_at.is_none() { a.button href={ "/records/" (record.id) "/erase" } { "Erase" } }
            a.button href={ "/ledger?record=" (record.id) } { (Icon::LEDGER.draw()) "Ledger" }
        }
    }
}

fn what_was_done(of: &Belongings, now: Timestamp) -> Markup {
    html! {
        (panel("Proposals", "Nothing is proposed. Proposals follow from events.", of.proposals.iter().map(|proposal| html! {
            a.wide href={ "/proposals/" (proposal.id) } {
                (Icon::of_action(proposal.card.action.kind()).draw())
                bdi.name { (proposal.card.action.headline()) }
                (words::status_pill(proposal.status))
            }
        })))
        (panel("Tasks", "No tasks.", of.tasks.iter().map(|task| html! {
            div.line {
                strong.undone[task.undone_at.is_some()] { bdi { (task.title) } }
                @if let Some(due) = task.due_at { span.small.muted { "due " (clock::ago(due, now)) } }
                (clock::ago(task.created_at, now))
            }
            @if !task.detail.is_empty() { p.text { bdi { (task.detail) } } }
            @if let Some(name) = &task.assignee { p.small.muted { "For " bdi { (name) } } }
        })))
        (panel("Notes", "No notes.", of.notes.iter().map(|note| html! {
            div.line { bdi.undone[note.undone_at.is_some()] { (note.text) } (clock::ago(note.created_at, now)) }
        })))
        (panel("Drafts", "No drafts. A draft is kept here and never sent by itself.", of.drafts.iter().map(|draft| html! {
            div.line {
                strong.undone[draft.undone_at.is_some()] { bdi { (draft.subject) } }
                @if let Some(to) = &draft.to { span.small.muted { "to " bdi { (to) } } }
                (clock::ago(draft.created_at, now))
            }
            p.text tabindex="0" { bdi { (draft.body) } }
        })))
        (panel("Notifications", "No notifications.", of.notifications.iter().map(|notice| html! {
            div.line { bdi { (notice.text) } span.small.muted { "to " (params::audience(notice.audience).to_lowercase()) } (clock::ago(notice.created_at, now)) }
        })))
    }
}

fn panel(title: &str, empty: &str, items: impl ExactSizeIterator<Item = Markup>) -> Markup {
    html! {
        section.panel {
            h2 { (title) @if items.len() > 0 { " · " (items.len()) } }
            @if items.len() == 0 { p.pad.muted { (empty) } }
            @else { ul.things { @for item in items { li { (item) } } } }
        }
    }
}
