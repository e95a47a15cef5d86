//! The situation of a record: open items and missing facts.

use maud::{Markup, html};
use nerve_situation::Document;

/// The open items and missing facts, and the whole document as text; nothing where there are none.
pub(super) fn show(document: &Document) -> Markup {
    html! {
        @if !document.standing.is_empty() || !document.missing.is_empty() {
            section.panel.situation aria-label="Situation" {
                h2 { "Situation" }
                ul.things {
                    @for line in &document.standing { li { div.line { bdi { (line.text) } } } }
                }
                @if !document.missing.is_empty() { p.pad.muted { "Missing: " (document.missing.join("; ")) } }
                details.pad {
                    summary.small.muted { "Full text" }
                    pre.document { (document) }
                }
            }
        }
    }
}
