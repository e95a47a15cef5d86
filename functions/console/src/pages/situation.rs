//! What is going on with a record: what stands open and what is missing, before everything else.

use maud::{Markup, html};
use nerve_situation::Document;

/// What is going on: what stands open, and what is missing to act.
pub(crate) fn show(document: &Document) -> Markup {
    html! {
        @if !document.standing.is_empty() || !document.missing.is_empty() {
            section.panel.situation aria-label="Situation" {
                h2 { "Now" }
                ul.things {
                    @for line in &document.standing { li { div.line { bdi { (line.text) } } } }
                }
                @if !document.missing.is_empty() { p.pad.muted { "Missing: " (document.missing.join("; ")) } }
                details.pad {
                    summary.small.muted { "All of it as text" }
                    pre.document { (document) }
                }
            }
        }
    }
}
