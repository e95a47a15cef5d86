//! A titled list on the page of a record.

use maud::{Markup, html};

/// A heading with the number of items, the items, and the markup below them.
pub(super) fn panel(title: &str, empty: &str, items: impl ExactSizeIterator<Item = Markup>, below: &Markup) -> Markup {
    html! {
        section.panel {
            h2 { (title) @if items.len() > 0 { " · " (items.len()) } }
            @if items.len() == 0 { p.pad.muted { (empty) } }
            @else { ul.things { @for item in items { li { (item) } } } }
            (below)
        }
    }
}
