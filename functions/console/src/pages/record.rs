//! One record: who it is, what happened, and what was done about it.

use super::{
    claims, clock,
    frame::{Frame, Place},
    icon::Icon,
    links, merge, notes, notice, params, situation as situation_panel, tasks, timeline, words,
};
use crate::{
    api::situation,
    http::Response,
    input::Form,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest,
    drafts::{self, Draft},
    links::Link,
    notes::Note,
    notifications::{self, Notification},
    proposals::{self, ProposalFilter},
    records::{self, StoredRecord},
    tasks::Task,
};
use nerve_model::{Claim, Proposal, RecordId, Timestamp};
use nerve_situation::Document;

/// A part of the page that has a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Claims,
    Links,
    Tasks,
    Notes,
}

/// A form that was not taken.
#[derive(Debug)]
pub(crate) struct Refused {
    part: Part,
    form: Form,
    problem: Problem,
}

impl Refused {
    /// What was typed into a form of this part and is to be seen again; empty and closed when that is another.
    pub(crate) fn form(refused: Option<&Self>, part: Part) -> (Form, bool) {
        let form = refused.filter(|refused| refused.part == part).map(|refused| refused.form.clone());
        (form.clone().unwrap_or_default(), form.is_some())
    }
}

/// Everything that belongs to a record.
struct Belongings {
    claims: Vec<Claim>,
    shared: Vec<Claim>,
    links: Vec<Link>,
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
            shared: records::shared(db, record).await?,
            proposals: proposals::list(db, &filter, &all).await?.items,
            links: nerve_ledger::links::of(db, record).await?,
            tasks: nerve_ledger::tasks::list(db, Some(record), &all).await?.items,
            notes: nerve_ledger::notes::list(db, Some(record), &all).await?.items,
            drafts: drafts::list(db, Some(record), &all).await?.items,
            notifications: notifications::list(db, Some(record), &all).await?.items,
        })
    }
}

/// `GET /records/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, call.id("record")?, None).await
}

/// Back to the page of a record once a form of it is taken. Where it is not, the page says why and keeps what was typed.
pub(crate) async fn taken<S: Services, T>(
    call: &Call<'_, S>,
    record: RecordId,
    part: Part,
    done: Result<T, Problem>,
) -> Answer {
    match done {
        Ok(_) => Ok(Response::see_other(format!("/records/{record}"))),
        Err(problem) if matches!(problem.status(), 409 | 422) => {
            page(call, record, Some(Refused { part, form: call.form(), problem })).await
        }
        Err(problem) => Err(problem),
    }
}

async fn page<S: Services>(call: &Call<'_, S>, record: RecordId, refused: Option<Refused>) -> Answer {
    let record = records::get(call.services.db(), record).await?.ok_or(Problem::NotFound("record"))?;
    if let (Some(root), None) = (record.root, &refused) {
        return Ok(Response::see_other(format!("/records/{root}")));
    }
    let merged = merge::parts(call, record.id).await?;
    let belongings = Belongings::load(call, record.id).await?;
    let happened = timeline::newest(call, record.id).await;
    let now = call.services.now();
    let known = situation::load(call, record.id).await;
    let document = known.map(|known| Document::of(&known, now, call.services.document_bytes()));
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            @if let Some(at) = record.erased_at {
                p.notice { strong { "Erased." } span { "What was known of it was erased on " (clock::at(at)) "." } a href="/erasures" { "Erasures" } }
            }
            @if let Some(refused) = &refused { (notice::refused(&refused.problem)) }
            (header(&record, &belongings, refused.as_ref()))
            @if let Ok(document) = &document { (situation_panel::show(document)) }
            div.columns {
                (happened)
                div.stack {
                    (merged)
                    (proposals(&belongings.proposals))
                    (kept(&record, &belongings, now, refused.as_ref()))
                    (what_was_done(&belongings, now))
                }
            }
        }
    };
    let frame =
        Frame { title: &record.name, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(refused.map_or(200, |refused| refused.problem.status()), main))
}

fn header(record: &StoredRecord, of: &Belongings, refused: Option<&Refused>) -> Markup {
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
                (claims::list(record.id, &of.claims, &of.shared, record.erased_at.is_none(), refused))
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

fn proposals(proposals: &[Proposal]) -> Markup {
    panel(
        "Proposals",
        "Nothing is proposed. Proposals follow from events.",
        proposals.iter().map(|proposal| {
            html! {
                a.wide href={ "/proposals/" (proposal.id) } {
                    (Icon::of_action(proposal.card.action.kind()).draw())
                    bdi.name { (proposal.card.action.headline()) }
                    (words::status_pill(proposal.status))
                }
            }
        }),
        &html! {},
    )
}

/// What people keep about it.
fn kept(record: &StoredRecord, of: &Belongings, now: Timestamp, refused: Option<&Refused>) -> Markup {
    let (id, open) = (record.id, record.erased_at.is_none());
    html! {
        (links::list(id, &of.links, open))
        (tasks::of_record(id, &of.tasks, now, open, refused))
        (notes::list(id, &of.notes, now, open, refused))
    }
}

fn what_was_done(of: &Belongings, now: Timestamp) -> Markup {
    html! {
        (panel("Drafts", "No drafts. A draft is kept here and never sent by itself.", of.drafts.iter().map(|draft| html! {
            div.line {
                strong.undone[draft.undone_at.is_some()] { bdi { (draft.subject) } }
                @if let Some(to) = &draft.to { span.small.muted { "to " bdi { (to) } } }
                (clock::ago(draft.created_at, now))
            }
            p.text tabindex="0" { bdi { (draft.body) } }
        }), &html! {}))
        (panel("Notifications", "No notifications.", of.notifications.iter().map(|notice| html! {
            div.line { bdi { (notice.text) } span.small.muted { "to " (params::audience(notice.audience).to_lowercase()) } (clock::ago(notice.created_at, now)) }
        }), &html! {}))
    }
}

/// A heading with how many there are, the things, and what stands below them.
pub(crate) fn panel(title: &str, empty: &str, items: impl ExactSizeIterator<Item = Markup>, below: &Markup) -> Markup {
    html! {
        section.panel {
            h2 { (title) @if items.len() > 0 { " · " (items.len()) } }
            @if items.len() == 0 { p.pad.muted { (empty) } }
            @else { ul.things { @for item in items { li { (item) } } } }
            (below)
        }
    }
}
