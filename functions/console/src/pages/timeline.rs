//! What happened to a record, newest first.

use super::{clock, link, words};
use maud::{Markup, html};
use nerve_model::{RecordId, Timestamp};
use nerve_ports::Unreachable;
use nerve_protocol::record::Page as Timeline;

pub(crate) fn show(record: RecordId, timeline: Result<Timeline, Unreachable>, now: Timestamp) -> Markup {
    let Ok(timeline) = timeline else {
        return html! { p.pad.muted { "The timeline cannot be reached right now. Nothing is lost; load the page again in a moment." } };
    };
    html! {
        @if timeline.entries.is_empty() { p.pad.muted { "Nothing has happened yet." } }
        ol.timeline {
            @for entry in &timeline.entries {
                li {
                    span {
                        bdi { (entry.event.summary) } " "
                        span.source {
                            (link::away(entry.event.link.as_deref(), &html! { (words::source(entry.event.source.as_str())) }))
                            @if entry.event.test { " · test mode" }
                            @if entry.reports > 1 { " · reported " (entry.reports) " times" }
                        }
                    }
                    (clock::ago(entry.event.occurred_at, now))
                }
            }
        }
        @if let Some(next) = timeline.next { a.more href={ "/records/" (record) "?before=" (next.at.as_millis()) "&seq=" (next.seq) } { "Show older" } }
    }
}
