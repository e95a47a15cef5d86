//! The views of the queue: proposals by status.

use super::labels;
use crate::{input::Form, zone};
use maud::{Markup, html};
use nerve_ledger::{
    proposals,
    queue::{self, Band},
};
use nerve_model::{Proposal, ProposalId, ProposalStatus, Timestamp, UnknownName};
use nerve_ports::{Database, DatabaseError};
use serde::{Deserialize, Deserializer, de::Error};
use std::{fmt, str::FromStr};

/// A view of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Proposals with this status; pending ones only while they are not snoozed.
    Status(ProposalStatus),
    /// Pending proposals that are snoozed.
    Snoozed,
}

impl View {
    /// Proposals that wait for a decision.
    pub(crate) const PENDING: Self = Self::Status(ProposalStatus::Pending);

    /// Views that need a person first, then the others.
    const ALL: [Self; 11] = [
        Self::PENDING,
        Self::Snoozed,
        Self::Status(ProposalStatus::Failed),
        Self::Status(ProposalStatus::Unknown),
        Self::Status(ProposalStatus::Approved),
        Self::Status(ProposalStatus::Executing),
        Self::Status(ProposalStatus::Done),
        Self::Status(ProposalStatus::Undone),
        Self::Status(ProposalStatus::Rejected),
        Self::Status(ProposalStatus::Withdrawn),
        Self::Status(ProposalStatus::Expired),
    ];

    /// The view that shows a proposal.
    pub(crate) fn of(proposal: &Proposal, now: Timestamp) -> Self {
        let snoozed = proposal.handling.snoozed_until.is_some_and(|until| until > now);
        if snoozed && proposal.status == ProposalStatus::Pending {
            Self::Snoozed
        } else {
            Self::Status(proposal.status)
        }
    }

    /// Its heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Status(status) => labels::status(status),
            Self::Snoozed => "Snoozed",
        }
    }

    /// True for statuses that are brief or seldom: the navigation omits such a view while it is empty.
    const fn is_rare(self) -> bool {
        matches!(self, Self::Status(ProposalStatus::Executing | ProposalStatus::Unknown))
    }

    /// True for statuses that need a person because an execution went wrong.
    const fn is_alarming(self) -> bool {
        matches!(self, Self::Status(ProposalStatus::Failed | ProposalStatus::Unknown))
    }
}

/// A page of the list of a view. Links and forms carry it, so that the list stays where its reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListPlace {
    /// The view.
    pub(crate) view: View,
    /// The end of the page before; none on the first page.
    pub(crate) cursor: Option<String>,
}

impl ListPlace {
    /// The first page of a view.
    pub(crate) const fn first(view: View) -> Self {
        Self { view, cursor: None }
    }

    /// The place that a form names.
    pub(crate) fn of(form: &Form) -> Option<Self> {
        Some(Self { view: form.parse("view")?, cursor: form.optional("cursor").map(str::to_owned) })
    }

    /// The hidden fields with which a form names it.
    pub(crate) fn fields(&self) -> Markup {
        html! {
            input type="hidden" name="view" value=(self.view);
            @if let Some(cursor) = &self.cursor { input type="hidden" name="cursor" value=(cursor); }
        }
    }

    /// The address of the queue with this page and, where one is given, this proposal opened.
    pub(crate) fn href(&self, proposal: Option<ProposalId>) -> String {
        let mut address = format!("/?view={}", self.view);
        if let Some(cursor) = &self.cursor {
            address.push_str("&cursor=");
            address.extend(form_urlencoded::byte_serialize(cursor.as_bytes()));
        }
        if let Some(id) = proposal {
            address.push_str(&format!("&proposal={id}"));
        }
        address
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => status.fmt(f),
            Self::Snoozed => f.write_str("snoozed"),
        }
    }
}

impl FromStr for View {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        if text == "snoozed" { Ok(Self::Snoozed) } else { text.parse().map(Self::Status) }
    }
}

impl<'de> Deserialize<'de> for View {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(Error::custom)
    }
}

/// The number of proposals by status; of what waits for a person, by band, with the open identity questions.
pub(crate) struct Counts {
    states: Vec<(ProposalStatus, u32)>,
    bands: Vec<(Band, u32)>,
    snoozed: u32,
}

impl Counts {
    /// Counts the proposals.
    pub(crate) async fn load(db: &impl Database, now: Timestamp) -> Result<Self, DatabaseError> {
        let bands = queue::counts(db, &zone::queue_times(now)).await?;
        Ok(Self { states: proposals::counts(db).await?, bands, snoozed: proposals::snoozed(db, now).await? })
    }

    /// The count of a band.
    pub(crate) fn of_band(&self, band: Band) -> u32 {
        self.bands.iter().find(|(known, _)| *known == band).map_or(0, |(_, number)| *number)
    }

    /// The count of a view whose proposals are still open; none for settled ones.
    pub(crate) fn of(&self, view: View) -> Option<u32> {
        let in_state = |wanted| self.states.iter().find(|(status, _)| *status == wanted).map(|(_, number)| *number);
        match view {
            View::Snoozed => Some(self.snoozed),
            View::PENDING => Some(self.bands.iter().map(|(_, number)| number).sum()),
            View::Status(status) if status.is_settled() => None,
            View::Status(status) => in_state(status),
        }
    }
}

/// The views as navigation, with counts for open proposals.
pub(crate) fn links(current: View, counts: &Counts) -> Markup {
    html! {
        nav.views aria-label="Proposals" {
            h2 { "Proposals" }
            @for view in View::ALL {
                @let number = counts.of(view).filter(|number| *number > 0);
                @if !view.is_rare() || number.is_some() || view == current {
                    a href={ "/?view=" (view) } data-swap aria-current=[(view == current).then_some("page")] {
                        (view.title())
                        @if let Some(number) = number {
                            span.count.alert[view.is_alarming()] { (number) }
                        }
                    }
                }
            }
        }
    }
}
