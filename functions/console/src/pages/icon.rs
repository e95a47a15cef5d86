//! The drawings beside words. None of them says anything that the words do not.

use maud::{Markup, PreEscaped, html};
use nerve_model::{ActionIcon, ActionKind, GateVerdict};

/// A drawing, as the inside of a 16 by 16 SVG.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Icon(&'static str);

impl Icon {
    pub(crate) const MARK: Self = Self(r#"<path d="M2 10.5h3L7 4l3 9 1.8-4.5H14"/>"#);
    pub(crate) const QUEUE: Self =
        Self(r#"<path d="M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3l-2-6.5h-7z"/>"#);
    pub(crate) const RECORDS: Self =
        Self(r#"<circle cx="8" cy="5.2" r="2.7"/><path d="M2.8 13.8c.5-2.9 2.6-4.4 5.2-4.4s4.7 1.5 5.2 4.4"/>"#);
    pub(crate) const LEDGER: Self = Self(
        r#"<path d="M4 2.5h8.5v11H4a1.5 1.5 0 0 1-1.5-1.5V4A1.5 1.5 0 0 1 4 2.5zM5.5 2.5v11M8 6h2.5M8 8.5h2.5"/>"#,
    );
    pub(crate) const SOURCES: Self = Self(r#"<path d="M6 2v3.5M10 2v3.5M4 5.5h8v2.7a4 4 0 0 1-8 0zM8 12.2V14.5"/>"#);
    pub(crate) const SETTINGS: Self = Self(
        r#"<path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6"/><circle cx="10.2" cy="5" r="1.7"/><circle cx="5.8" cy="11" r="1.7"/>"#,
    );
    pub(crate) const CHECK: Self = Self(r#"<path d="M3 8.5l3.2 3.2L13 4.8"/>"#);
    pub(crate) const HAND: Self = Self(r#"<circle cx="8" cy="8" r="5.7"/><path d="M6.4 5.8v4.4M9.6 5.8v4.4"/>"#);
    pub(crate) const CROSS: Self = Self(r#"<path d="M4 4l8 8M12 4l-8 8"/>"#);
    pub(crate) const QUESTION: Self = Self(
        r#"<circle cx="8" cy="8" r="5.7"/><path d="M6.4 6.5a1.7 1.7 0 1 1 2.4 1.6c-.5.2-.8.6-.8 1.1M8 11.2v.1"/>"#,
    );
    pub(crate) const URGENT: Self = Self(r#"<path d="M8 13V3.5M4 7l4-4 4 4"/>"#);
    pub(crate) const TASK: Self =
        Self(r#"<rect x="2.7" y="2.7" width="10.6" height="10.6" rx="2.2"/><path d="M5.5 8.2l1.8 1.8 3.3-3.8"/>"#);
    const NOTE: Self = Self(r#"<path d="M3.5 2.5h9v7.2l-3.3 3.8H3.5zM9.2 13.3V9.7h3.2M5.8 5.5h4.4"/>"#);
    const MAIL: Self =
        Self(r#"<rect x="2" y="3.5" width="12" height="9" rx="1.5"/><path d="M2.3 4.5L8 8.8l5.7-4.3"/>"#);
    const BELL: Self = Self(r#"<path d="M4 11V7.2a4 4 0 0 1 8 0V11l1 1.2H3zM6.8 14h2.4"/>"#);
    const TAG: Self = Self(r#"<path d="M2.5 2.5h5.2l5.8 5.8-5.2 5.2-5.8-5.8z"/><circle cx="5.4" cy="5.4" r="1"/>"#);
    const PERSON: Self =
        Self(r#"<path d="M8 1.8l5 1.8v4c0 3.2-2 5.4-5 6.6-3-1.2-5-3.4-5-6.6v-4zM8 5.5v3M8 10.8v.1"/>"#);

    /// The drawing of an action.
    pub(crate) const fn of_action(kind: ActionKind) -> Self {
        match kind.spec().icon {
            ActionIcon::Task => Self::TASK,
            ActionIcon::Note => Self::NOTE,
            ActionIcon::Mail => Self::MAIL,
            ActionIcon::Bell => Self::BELL,
            ActionIcon::Tag => Self::TAG,
            ActionIcon::Person => Self::PERSON,
        }
    }

    /// The drawing of a gate's verdict.
    pub(crate) const fn of_verdict(verdict: GateVerdict) -> Self {
        match verdict {
            GateVerdict::Pass => Self::CHECK,
            GateVerdict::Hold => Self::HAND,
            GateVerdict::Block => Self::CROSS,
        }
    }

    /// As it stands in a page.
    pub(crate) fn draw(self) -> Markup {
        html! { svg viewBox="0 0 16 16" aria-hidden="true" { (PreEscaped(self.0)) } }
    }
}
