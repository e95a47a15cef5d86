//! The participants of a booking.

use nerve_intake::reading::{Loose, NAME_CHARS, People, address, line};
use nerve_model::{Claim, Participant, Role};
use serde::Deserialize;

/// An organizer, a team member or an attendee.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) name: Loose<String>,
    pub(crate) email: Loose<String>,
    pub(crate) phone_number: Loose<String>,
    pub(crate) time_zone: Loose<String>,
}

impl Person {
    pub(crate) fn name(&self) -> Option<String> {
        line(self.name.0.as_deref()?, NAME_CHARS)
    }

    /// The address by which Cal.com knows the person, perhaps one that it made up.
    pub(crate) fn address(&self) -> Option<String> {
        address(self.email.0.as_deref()?)
    }

    pub(crate) fn claim(&self, people: &People) -> Option<Claim> {
        people.email(self.email.0.as_deref()?)
    }

    /// A host is one of our own people, whatever the domain of the address.
    pub(crate) fn host(&self, people: &People) -> Option<Claim> {
        Some(Claim { role: Role::Owner, ..self.claim(people)? })
    }

    /// `host` makes the person one of our own, whatever the domain of the address.
    pub(crate) fn participant(&self, people: &People, host: bool) -> Option<Participant> {
        let (name, claim) = (self.name(), self.claim(people));
        let ours = host || claim.as_ref().is_some_and(|claim| claim.role == Role::Owner);
        let known = name.is_some() || claim.is_some();
        known.then(|| Participant { name, email: claim.map(|claim| claim.value), ours })
    }
}

/// Several members of a team who host together.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Team {
    pub(crate) members: Loose<Vec<Loose<Person>>>,
}
