//! The sources: their deliveries by result, their refusals, and their set-up.

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
use nerve_intake::reading::People;
use nerve_model::Timestamp;
use nerve_protocol::source_metrics::{Count, Fate, Refusal, SourceMetrics};

/// `GET /sources`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let host = call.request.header("host").unwrap_or_default();
    let content = content(all(&call).await?, host, call.services.people(), call.services.now());
    Ok(Frame::new(Place::Sources, "Sources", call.caller.as_ref()).single(200, &content))
}

fn content(sources: Vec<SourceDocument>, host: &str, people: &People, now: Timestamp) -> Markup {
    let (used, unused): (Vec<_>, Vec<_>) = sources.into_iter().partition(is_used);
    let list = |sources: &[SourceDocument]| {
        html! { ul.panel.things { @for source in sources { li { (one(source, host, now)) } } } }
    };
    html! {
        header { h1 { "Sources" } }
        @if people.own_domains().is_empty() { (own_domains()) }
        @if used.is_empty() { (empty()) } @else { (list(&used)) }
        @if !unused.is_empty() {
            h2.part { "No deliveries within a week" }
            (list(&unused))
        }
    }
}

fn is_used(source: &SourceDocument) -> bool {
    source.accepted_week > 0 || source.health.as_ref().is_some_and(|health| !health.week.is_empty())
}

/// What to do so that a colleague is not taken for a customer.
fn own_domains() -> Markup {
    html! {
        p.notice { "Nerve cannot tell your colleagues from customers: set " code { "OWN_DOMAINS" } " to your mail domains, in the console and in every source." }
    }
}

fn empty() -> Markup {
    html! {
        div.empty {
            (Icon::SOURCES.draw())
            h2 { "No deliveries yet" }
            p { "Open a source below for the address to enter in the tool, and for its secret." }
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
                    Some(health) => (deliveries(source, health)),
                    None => p.notice.bad { "The figures cannot be reached now. The source still accepts deliveries." },
                }
                (setup(source, host))
            }
        }
    }
}

/// The state of a source. One that refuses every delivery is most likely set up wrongly.
fn state(source: &SourceDocument) -> Markup {
    let refused = [Fate::Rejected, Fate::Malformed, Fate::Unavailable].map(|fate| source.day(fate)).iter().sum::<u32>();
    html! {
        @if refused > 0 && source.accepted_day == 0 { span.pill.bad { "Refuses every delivery" } }
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
        (source.day(Fate::Unavailable), "postponed"),
    ];
    html! {
        @for (n, label) in figures {
            @if n > 0 { span { (n) " " span.muted { (label) } } }
        }
        @if figures.iter().any(|(n, _)| *n > 0) { span.muted { "in 24 h" } }
    }
}

fn deliveries(source: &SourceDocument, health: &SourceMetrics) -> Markup {
    html! {
        @if is_used(source) {
            table.counts {
                caption.visually-hidden { "Deliveries by result" }
                thead { tr { th scope="col" { "Result" } th.number scope="col" { "24 hours" } th.number scope="col" { "7 days" } } }
                tbody {
                    (row("Accepted", None, source.accepted_day, source.accepted_week))
                    @if source.duplicates_week > 0 {
                        tr { td { "Duplicates of these" } td.number { "" } td.number { (source.duplicates_week) } }
                    }
                    @for count in &health.week { (row(label(count.fate), Some(&count.reason), day_count(health, count), count.n)) }
                }
            }
        }
        @if !health.refusals.is_empty() {
            h3 { "Latest refusals" }
            ol.refusals { @for refusal in &health.refusals { li { (refused(refusal)) } } }
        }
    }
}

fn row(result: &str, reason: Option<&str>, day: u32, week: u32) -> Markup {
    html! {
        tr {
            td { (result) @if let Some(reason) = reason { ": " span.muted { bdi { (reason) } } } }
            td.number { (day) }
            td.number { (week) }
        }
    }
}

fn day_count(health: &SourceMetrics, week: &Count) -> u32 {
    let same = |count: &&Count| count.fate == week.fate && count.reason == week.reason;
    health.day.iter().find(same).map(|count| count.n).unwrap_or_default()
}

fn refused(refusal: &Refusal) -> Markup {
    html! {
        details {
            summary { span.muted { (clock::at(refusal.at)) } " " (label(refusal.fate)) ": " bdi { (refusal.reason) } }
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
        h3 { "Set-up" }
        dl.setup {
            dt { "Address for the tool" } dd { code { bdi { (source.url) } } }
            dt { "Secret" }
            dd { @for secret in source.secrets { code { "wrangler secret put " (secret) " --name nerve-" (source.name) } " " } }
        }
        // From the README of the source, in this repository.
        div.prose { (PreEscaped(text.unwrap_or_default())) }
    }
}

fn label(fate: Fate) -> &'static str {
    match fate {
        Fate::Ignored => "Ignored",
        Fate::Rejected => "Rejected",
        Fate::Malformed => "Unreadable",
        Fate::Unavailable => "Postponed",
    }
}
