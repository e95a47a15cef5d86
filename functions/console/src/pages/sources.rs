//! The sources: which tools speak, what was refused and why, and how one is set up.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
};
use crate::{
    api::sources::{SourceDocument, all},
    routes::{Answer, Call},
    services::Services,
    sources::SOURCES,
};
use maud::{Markup, PreEscaped, html};
use nerve_model::Timestamp;
use nerve_protocol::health::{Count, Fate, Health, Refusal};

/// `GET /sources`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let now = call.services.now();
    let host = call.request.header("host").unwrap_or_default();
    let (used, unused): (Vec<_>, Vec<_>) = all(&call).await?.into_iter().partition(is_used);
    let list = |sources: &[SourceDocument]| {
        html! { ul.panel.things { @for source in sources { li { (one(source, host, now)) } } } }
    };
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Sources" } }
            @if used.is_empty() { (empty()) } @else { (list(&used)) }
            @if !unused.is_empty() {
                h2.part { "Nothing came from these within a week" }
                (list(&unused))
            }
        }
    };
    let frame = Frame { title: "Sources", place: Some(Place::Sources), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn is_used(source: &SourceDocument) -> bool {
    source.accepted_week > 0 || source.health.as_ref().is_some_and(|health| !health.week.is_empty())
}

fn empty() -> Markup {
    html! {
        div.empty {
            (Icon::SOURCES.draw())
            h2 { "No tool has said anything yet" }
            p { "Open one below: it says which address to enter in the tool, and where its secret goes." }
        }
    }
}

fn one(source: &SourceDocument, host: &str, now: Timestamp) -> Markup {
    html! {
        details.entry.source #(source.name) {
            summary {
                strong { (source.title) }
                span.figures { (state(source)) (figures(source)) }
                span.small.muted {
                    @match source.last_event_at {
                        Some(at) => { "Last event " (clock::ago(at, now)) },
                        None => "No event within a week",
                    }
                }
            }
            div.body {
                @match &source.health {
                    Some(health) => (what_became(source, health)),
                    None => p.notice.bad { "The figures cannot be reached now. Deliveries are taken all the same." },
                }
                (setup(source, host))
            }
        }
    }
}

/// What an operator should look at first. A door that lets nothing in is most likely set up wrongly.
fn state(source: &SourceDocument) -> Markup {
    let refused = [Fate::Rejected, Fate::Malformed, Fate::Unavailable].map(|fate| source.day(fate)).iter().sum::<u32>();
    html! {
        @if refused > 0 && source.accepted_day == 0 { span.pill.bad { "Refuses everything" } }
        @else if source.accepted_day > 0 { span.pill.good { "Receiving" } }
        @else if is_used(source) { span.pill { "Quiet" } }
    }
}

fn figures(source: &SourceDocument) -> Markup {
    let figures = [
        (source.accepted_day, "accepted"),
        (source.day(Fate::Ignored), "ignored"),
        (source.day(Fate::Rejected), "rejected"),
        (source.day(Fate::Malformed), "unreadable"),
        (source.day(Fate::Unavailable), "put off"),
    ];
    html! {
        @for (n, what) in figures {
            @if n > 0 { span { (n) " " span.muted { (what) } } }
        }
        @if figures.iter().any(|(n, _)| *n > 0) { span.muted { "in 24 h" } }
    }
}

fn what_became(source: &SourceDocument, health: &Health) -> Markup {
    html! {
        @if is_used(source) {
            table.counts {
                caption.visually-hidden { "What became of deliveries" }
                thead { tr { th scope="col" { "What became of deliveries" } th.number scope="col" { "24 hours" } th.number scope="col" { "7 days" } } }
                tbody {
                    (row("Accepted", None, source.accepted_day, source.accepted_week))
                    @if source.duplicates_week > 0 {
                        tr { td { "Copies of these, counted once" } td.number { "" } td.number { (source.duplicates_week) } }
                    }
                    @for count in &health.week { (row(in_words(count.fate), Some(&count.reason), of_the_day(health, count), count.n)) }
                }
            }
        }
        @if !health.refusals.is_empty() {
            h3 { "Not taken lately" }
            ol.refusals { @for refusal in &health.refusals { li { (refused(refusal)) } } }
        }
    }
}

fn row(what: &str, why: Option<&str>, day: u32, week: u32) -> Markup {
    html! {
        tr {
            td { (what) @if let Some(why) = why { ": " span.muted { bdi { (why) } } } }
            td.number { (day) }
            td.number { (week) }
        }
    }
}

fn of_the_day(health: &Health, wanted: &Count) -> u32 {
    let same = |count: &&Count| count.fate == wanted.fate && count.reason == wanted.reason;
    health.day.iter().find(same).map(|count| count.n).unwrap_or_default()
}

fn refused(refusal: &Refusal) -> Markup {
    html! {
        details {
            summary { span.muted { (clock::at(refusal.at)) } " " (in_words(refusal.fate)) ": " bdi { (refusal.reason) } }
            dl {
                dt { "Body" } dd { (refusal.bytes) " bytes, SHA-256 " code.hash { (refusal.digest) } }
                @for (name, value) in &refusal.headers {
                    dt { bdi { (name) } }
                    dd { @match value { Some(value) => bdi { (value) }, None => span.muted { "present, not kept" } } }
                }
            }
        }
    }
}

fn setup(source: &SourceDocument, host: &str) -> Markup {
    let text = SOURCES.iter().find(|known| known.name == source.name).map(|known| known.setup_at(host));
    html! {
        h3 { "Setting it up" }
        dl.setup {
            dt { "Address for the tool" } dd { code { bdi { (source.url) } } }
            dt { "Secret" }
            dd { @for secret in source.secrets { code { "wrangler secret put " (secret) " --name nerve-" (source.name) } " " } }
        }
        // Written by ourselves, in the folder of the source.
        div.prose { (PreEscaped(text.unwrap_or_default())) }
    }
}

fn in_words(fate: Fate) -> &'static str {
    match fate {
        Fate::Ignored => "Ignored",
        Fate::Rejected => "Rejected",
        Fate::Malformed => "Unreadable",
        Fate::Unavailable => "Put off",
    }
}
