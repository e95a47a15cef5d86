//! Bookings.

use super::work::Answer;
use crate::{Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};

/// An appointment in a calendar tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Booking {
    /// The vendor's id of this booking.
    pub id: String,
    /// The title, for example `Site visit, 60 minutes`.
    pub title: Option<String>,
    /// The start, where the vendor reports it.
    pub starts_at: Option<Timestamp>,
    /// The end, where the vendor reports it.
    pub ends_at: Option<Timestamp>,
    /// The customer's time zone by its IANA name, for example `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// The host among our own people: a mail address, else a name.
    pub host: Option<String>,
    /// The place: an address, a telephone number or a link.
    pub location: Option<String>,
}

/// Details of `booking.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BookingCreated {
    /// The booking.
    pub booking: Booking,
    /// The id of the booking that this one replaces. A moved appointment is one event and no cancellation.
    pub moved_from: Option<String>,
    /// The customer's answers and remarks when booking.
    pub answers: Vec<Answer>,
}

named_enum! {
    /// The party that canceled an appointment.
    "canceling party" enum CanceledBy {
        /// The customer.
        Customer = "customer",
        /// One of our own people.
        Us = "us",
        /// The vendor does not report it.
        Unknown = "unknown",
    }
}

/// Details of `booking.canceled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BookingCanceled {
    /// The booking.
    pub booking: Booking,
    /// The party that canceled.
    pub canceled_by: CanceledBy,
    /// The reason, in the words of the party that canceled.
    pub reason: Option<String>,
}
