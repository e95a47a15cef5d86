//! The party of an event, as far as Stripe knows it.

use crate::{
    vendor,
    wire::{Contact, Related},
};
use nerve_intake::reading::{NAME_CHARS, People, VendorId, distinct, line};
use nerve_model::{Claim, ClaimKind, Role};

/// The customer of an invoice or a payment.
#[derive(Debug)]
pub(crate) struct Party {
    /// Strongest first; empty if Stripe knows no party.
    pub(crate) claims: Vec<Claim>,
    pub(crate) name: Option<String>,
}

impl Party {
    /// The customer object of an account, and the event's other data about the same party, strongest first.
    pub(crate) fn new(
        account: Option<&VendorId>,
        people: &People,
        customer: Option<Related>,
        contacts: Vec<Contact>,
    ) -> Self {
        let (id, own) = customer.map(Related::into_parts).unzip();
        let contacts: Vec<Contact> = own.into_iter().chain(contacts).collect();
        let emails = contacts.iter().filter_map(|contact| people.email(contact.email.0.as_deref()?));
        let phones = contacts.iter().filter_map(|contact| people.phone(contact.phone.0.as_deref()?));
        let addresses = contacts.iter().filter_map(Contact::postal).map(address);
        let id = id.map(|id| external(account, &id));
        Self {
            claims: distinct(id.into_iter().chain(emails).chain(phones).chain(addresses)),
            name: contacts.iter().find_map(|contact| line(contact.name.0.as_deref()?, NAME_CHARS)),
        }
    }
}

fn address(value: String) -> Claim {
    Claim { kind: ClaimKind::Address, value, role: Role::Customer }
}

/// A customer of a connected account is another party than our own customer with the same id.
fn external(account: Option<&VendorId>, id: &VendorId) -> Claim {
    let account = account.map(|account| format!("{}/", account.as_str())).unwrap_or_default();
    Claim::external(&vendor::NAME, "customer", &format!("{account}{}", id.as_str()), Role::Customer)
}
