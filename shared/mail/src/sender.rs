//! Who a mail is from: not always who stands in `From`.

use crate::{
    form::{Form, plain_name},
    letter::Letter,
    senders::{domain, is_program},
};
use nerve_intake::reading::{People, distinct, is_nobody};
use nerve_model::{Address, Claim, Role};

/// The person whom a mail is from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Whom the mail names, with an address that identifies them.
    Person {
        claim: Claim,
        name: Option<String>,
        /// The checks of the mail speak for this address: it stands in `From`.
        checked: bool,
    },
    /// One of our own people or programs; nobody else is named.
    Ours,
    /// A program that names nobody to answer.
    Nobody {
        /// The name of whom it writes about, if it lists one.
        name: Option<String>,
    },
}

/// Who the mail is from. `From`; but where a program or one of our own addresses sends on what somebody else wrote,
/// whom the mail says to answer. `text` is the mail's text, which may list the fields of a form.
pub(crate) fn sender(letter: &Letter, text: &str, people: &People) -> Option<Sender> {
    let (shown, from) = letter.from.iter().find_map(|from| Some((from, people.any_email(&from.address)?)))?;
    let ours = from.role == Role::Owner;
    let nobody = is_nobody(&from.value) || people.email(&from.value).is_none();
    if !ours && !nobody && !is_program(&from.value) {
        return Some(Sender::Person { claim: from, name: shown.name.clone(), checked: true });
    }
    let form = Form::read(text);
    let usable = |claim: &Claim| claim.role == Role::Customer && !is_nobody(&claim.value);
    let named = letter.reply_to.iter().find_map(|to| Some((to, people.email(&to.address).filter(usable)?)));
    let named = named.filter(|(_, claim)| claim.value != from.value).map(|(to, claim)| (own_name(to, shown), claim));
    // An address of the program's own domain is the address of its operator, as in the footers of notifications.
    let stranger = |claim: &Claim| usable(claim) && domain(&claim.value) != domain(&from.value);
    let listed = || {
        let claims = distinct(form.emails().filter_map(|email| people.email(email)).filter(stranger));
        <[Claim; 1]>::try_from(claims).ok().map(|[only]| (None, only))
    };
    Some(match named.or_else(listed) {
        Some((name, claim)) => {
            let name = name.or_else(|| form.name()).or_else(|| via(shown));
            let checked = domain(&claim.value) == domain(&from.value);
            Sender::Person { claim, name, checked }
        }
        None if ours => Sender::Ours,
        None if nobody => Sender::Nobody { name: form.name() },
        None => Sender::Person { claim: from, name: shown.name.clone(), checked: true },
    })
}

/// The display name of an address, unless it is an address or the name of the program that sent the mail.
fn own_name(address: &Address, program: &Address) -> Option<String> {
    address.name.as_deref().filter(|_| address.name != program.name).and_then(plain_name)
}

/// Whose mail a service or list sends on: `'Ada Lindqvist' via Website`.
fn via(from: &Address) -> Option<String> {
    let (name, _) = from.name.as_deref()?.split_once(" via ")?;
    plain_name(name)
}
