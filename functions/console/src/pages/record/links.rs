//! The links of a record.

use super::{super::labels, link_end::LinkEnd, panel::panel};
use maud::{Markup, html};
use nerve_ledger::links::Link;
use nerve_model::RecordId;

/// The links; with forms while the record can be changed.
pub(super) fn list(record: RecordId, links: &[Link], open: bool) -> Markup {
    let add = html! {
        @if open {
            p.pad { a.button href={ "/records/" (record) "/link" } data-key="l" { "Link to another record" kbd aria-hidden="true" { "l" } } }
        }
    };
    panel("Links", "No links.", links.iter().map(|link| line(record, link, open)), &add)
}

fn line(record: RecordId, link: &Link, open: bool) -> Markup {
    let end = LinkEnd::of(link);
    html! {
        div.line {
            span.muted { (end.label()) }
            a href={ "/records/" (link.other.id) } { bdi { (link.other.name) } }
            span.small.muted { (labels::record_type(link.other.record_type)) }
            @if let Some(stage) = &link.stage { span.pill.calm { bdi { (stage) } } }
            @if open {
                form.end method="post" action={ "/records/" (record) "/unlink" } data-swap {
                    (end.fields())
                    button.plain { "Unlink" }
                }
            }
        }
    }
}
