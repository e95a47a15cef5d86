//! Bookings.

use super::work::Answer;
use crate::{Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};

/// An appointment, as a calendar tool knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Booking {
    /// The vendor's id of this booking.
    pub id: String,
    /// What it is about, for example `Site visit, 60 minutes`.
    pub title: Option<String>,
    /// When it begins, where the vendor says.
    pub starts_at: Option<Timestamp>,
    /// When it ends, where the vendor says.
    pub ends_at: Option<Timestamp>,
    /// The customer's time zone by its IANA name, for example `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// Which of our own people hosts it: a mail address, else a name.
    pub host: Option<String>,
    /// Where it takes place: an address, a telephone number or a link.
    pub location: Option<String>,
}

/// Details of `booking.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BookingCreated {
    /// The booking.
    pub booking: Booking,
    /// The id of the booking that it replaces: the appointment was moved, which is one step and no cancellation.
    pub moved_from: Option<String>,
    /// What the customer wrote or answered when booking.
    pub answers: Vec<Answer>,
}

named_enum! {
    /// Who called an appointment off.
    "canceling party" enum CanceledBy {
        /// The customer.
        Customer = "customer",
        /// One of us.
        Us = "us",
        /// The vendor does not say.
        Unknown = "unknown",
    }
}

/// Details of `booking.canceled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BookingCanceled {
    /// The booking.
    pub booking: Booking,
    /// Who called it off.
    pub canceled_by: CanceledBy,
    /// Why, in the words of who did.
    pub reason: Option<String>,
}
