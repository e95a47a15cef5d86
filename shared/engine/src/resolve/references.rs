//! The references in an event's text: numbers and ids that people quote.

use nerve_ledger::associations::Handle;
use nerve_model::{Booking, BookingCanceled, BookingCreated, Event, Fact, InvoiceRef};

/// The length of a text that is searched, in bytes.
const TEXT_BYTES: usize = 4_000;

/// The most words of an event that are looked up.
const MAX_TOKENS: usize = 40;

/// The length of a word that can be a handle, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=100;

/// The handles of an event: the numbers and ids by which people will refer to it, and its subject.
pub(super) fn handles(event: &Event) -> Vec<Handle> {
    let named = match &event.fact {
        Fact::InvoicePaid(paid) => of_invoice(&paid.invoice),
        Fact::PaymentFailed(failed) => failed.invoice.as_ref().map(of_invoice).unwrap_or_default(),
        Fact::BookingCreated(BookingCreated { booking, .. })
        | Fact::BookingCanceled(BookingCanceled { booking, .. }) => {
            vec![(booking.id.as_str(), "booking")]
        }
        Fact::PaymentClosed(closed) => closed.invoice.as_ref().map(of_invoice).unwrap_or_default(),
        Fact::SupportEscalated(case) => vec![(case.ticket.as_str(), "ticket")],
        Fact::SupportSolved(case) => vec![(case.ticket.as_str(), "ticket")],
        _ => Vec::new(),
    };
    let handle = |(text, what): (&str, _)| Some(Handle { handle: folded(token(text)?), what });
    let thing = named.first().map(|(_, what)| Handle { handle: event.subject.to_string(), what });
    let mut handles: Vec<Handle> = named.into_iter().filter_map(handle).chain(thing).collect();
    handles.sort();
    handles.dedup_by(|a, b| a.handle == b.handle);
    handles
}

fn of_invoice(invoice: &InvoiceRef) -> Vec<(&str, &'static str)> {
    let number = invoice.number.as_deref().map(|number| (number, "invoice"));
    number.into_iter().chain([(invoice.id.as_str(), "invoice")]).collect()
}

/// The handle of a message, by which its answers find its records.
pub(super) fn message_handle(fact: &Fact) -> Option<Handle> {
    match fact {
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => {
            Some(Handle { handle: message_id(&message.message), what: "mail" })
        }
        _ => None,
    }
}

pub(super) fn message_id(id: &str) -> String {
    folded(&format!("message:{}", id.trim().trim_matches(['<', '>'])))
}

/// The words of an event that may be handles, as written and in the normal form of handles; in the order of the text,
/// at most forty.
pub(super) fn tokens(event: &Event) -> Vec<String> {
    let mut found = vec![event.subject.to_string()];
    if let Some(answered) = answered(&event.fact) {
        found.push(message_id(answered));
    }
    let texts = texts(&event.fact);
    let words = texts.iter().flat_map(|text| head(text).split(is_gap)).filter_map(token);
    for word in words {
        for form in [word.to_owned(), folded(word)] {
            if !found.contains(&form) {
                found.push(form);
            }
        }
        if found.len() >= MAX_TOKENS {
            break;
        }
    }
    found.truncate(MAX_TOKENS);
    found
}

/// The text of the event contains the name as whole words.
pub(super) fn names(event: &Event, name: &str) -> bool {
    let name = in_words(name);
    let named = |text: &&str| in_words(head(text)).contains(&name);
    name.trim().len() >= *LENGTHS.start() && texts(&event.fact).iter().any(named)
}

/// The words of a text, each between spaces.
fn in_words(text: &str) -> String {
    let folded = folded(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |text, word| text + word + " ")
}

/// The id of the message that a message answers.
pub(super) fn answered(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => message.in_reply_to.as_deref(),
        _ => None,
    }
}

/// The texts that people wrote. They leave out the number of the event's own invoice, booking or ticket: a record with
/// the same number, of another account or year, is a different one.
fn texts(fact: &Fact) -> Vec<&str> {
    match fact {
        Fact::FormSubmitted(form) => form.answers.iter().map(|answer| answer.answer.as_str()).collect(),
        Fact::MeetingTranscribed(meeting) => {
            let said = [&meeting.title, &meeting.summary].into_iter().flatten().chain(&meeting.action_items);
            said.chain(&meeting.transcript).map(String::as_str).collect()
        }
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => {
            message.subject.iter().chain([&message.text]).map(String::as_str).collect()
        }
        Fact::FileUploaded(file) => {
            let folders = file.path.iter().rev().filter_map(|folder| folder.name.as_deref());
            core::iter::once(file.name.as_str()).chain(folders).collect()
        }
        Fact::PaymentFailed(failed) => failed.reason.iter().map(String::as_str).collect(),
        Fact::BookingCreated(made) => of_booking(&made.booking)
            .into_iter()
            .chain(made.answers.iter().map(|answer| answer.answer.as_str()))
            .collect(),
        Fact::BookingCanceled(off) => of_booking(&off.booking).into_iter().chain(off.reason.as_deref()).collect(),
        Fact::SupportEscalated(case) => case.subject.iter().map(String::as_str).collect(),
        Fact::SupportSolved(case) => case.subject.iter().map(String::as_str).collect(),
        Fact::AutomationFailed(run) => run.place.iter().chain(&run.reason).map(String::as_str).collect(),
        Fact::RecordStageChanged(moved) => moved.name.iter().chain([&moved.id]).map(String::as_str).collect(),
        Fact::RecordMerged(merged) => merged.name.iter().map(String::as_str).collect(),
        Fact::InvoicePaid(_) | Fact::PaymentClosed(_) | Fact::CallEnded(_) => Vec::new(),
    }
}

fn of_booking(booking: &Booking) -> Vec<&str> {
    booking.title.iter().chain(&booking.location).map(String::as_str).collect()
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES)).unwrap_or_default()
}

fn is_gap(letter: char) -> bool {
    !(letter.is_alphanumeric() || "-_/.:@".contains(letter))
}

/// The word without punctuation if it can be a handle: it has a digit, and letters or at least six digits, so that it
/// is no everyday number.
fn token(word: &str) -> Option<&str> {
    let word = word.trim().trim_matches(|edge: char| !edge.is_alphanumeric());
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let telling = digits >= 6 || (digits > 0 && word.bytes().any(|byte| byte.is_ascii_alphabetic()));
    (telling && LENGTHS.contains(&word.len()) && !word.contains(char::is_whitespace)).then_some(word)
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_testkit::events::{mail_from, payment_failed};

    fn mail(subject: &str, text: &str) -> Event {
        let mut event = mail_from(1, "eva@acme.example");
        if let Fact::EmailReceived(message) = &mut event.fact {
            message.subject = Some(subject.to_owned());
            message.text = text.to_owned();
        }
        event
    }

    #[test]
    fn words_that_can_refer_to_something_are_found_and_others_are_not() {
        let cases: [(&str, &str, &[&str]); 6] = [
            ("Re: Invoice NRV-1001", "", &["NRV-1001", "nrv-1001"]),
            ("", "your invoice (in_1aB2c3). Thanks!", &["in_1aB2c3", "in_1ab2c3"]),
            ("Serial SN/77-A:", "serial SN/77-A", &["SN/77-A", "sn/77-a"]),
            ("Order 20261123", "2 hoods at 2,480 euros, 10 am, call 42", &["20261123"]),
            ("Hello", "no numbers here", &[]),
            ("a1", "", &[]),
        ];
        for (subject, text, expected) in cases {
            let found = tokens(&mail(subject, text));
            assert_eq!(found[1..], *expected, "{subject} {text}");
        }
    }

    #[test]
    fn a_name_is_found_word_for_word_whatever_its_case_and_what_stands_around_it() {
        let cases = [
            ("Re: NEW ROOF", "new roof", true),
            ("about the new-roof, please", "New Roof", true),
            ("a new rooftop", "new roof", false),
            ("new", "new", false),
            ("anything", "", false),
        ];
        for (text, name, expected) in cases {
            assert_eq!(names(&mail("", text), name), expected, "{text} {name}");
        }
    }

    #[test]
    fn a_long_text_costs_no_more_than_a_short_one() {
        let many: String = (0..10_000).map(|n| format!("INV-{n:06} ")).collect();
        assert_eq!(tokens(&mail(&many, &many)).len(), MAX_TOKENS);
        let wide = "é".repeat(100_000);
        assert_eq!(tokens(&mail(&wide, &wide)).len(), 1);
    }

    #[test]
    fn an_event_about_an_invoice_names_no_other_of_the_same_number() {
        assert_eq!(tokens(&payment_failed(1, "in_0001")), ["stripe:invoice:in_0001"]);
    }

    #[test]
    fn an_invoice_is_known_by_its_number_and_its_id() {
        let found = handles(&payment_failed(1, "in_0001"));
        let expected = ["in_0001", "nrv-in_0001", "stripe:invoice:in_0001"]
            .map(|handle| Handle { handle: handle.to_owned(), what: "invoice" });
        assert_eq!(found, expected);
        assert_eq!(handles(&mail("NRV-1", "")), []);
    }
}
