//! Text from outside makes no recommendation invalid, and does not reorder or break the lines that show it.

use crate::situations::{advise, charge_failed, failed, proposed, situation};
use nerve_model::{Action, Control, Event, Executable, Fact, InvoiceRef, ProposalStatus, one_line};
use nerve_situation::Situation;
use nerve_testkit::events::invoice_paid;
use proptest::prelude::*;

const NASTY: [&str; 14] = [
    "\u{202e}evil\u{202c}",
    "\u{2066}a\u{2069}\u{200f}",
    "\0",
    "a\r\nBcc: eve@example.com",
    "[{link}]",
    "]{name}[",
    "{",
    "}",
    " ",
    "",
    "\u{feff}\u{85}\u{2028}",
    "日本",
    "🙈",
    "<b>",
];

fn hostile() -> impl Strategy<Value = String> {
    let nasty = proptest::collection::vec(proptest::sample::select(NASTY.to_vec()), 1..6);
    prop_oneof![
        any::<String>(),
        nasty.prop_map(|parts| parts.concat()),
        (proptest::sample::select(NASTY.to_vec()), 1..3_000_usize).prop_map(|(part, times)| part.repeat(times)),
    ]
}

/// An event of every kind with text from outside.
fn events(text: &str) -> Vec<Event> {
    let invoice = || InvoiceRef { id: text.to_owned(), number: Some(text.to_owned()), url: Some(text.to_owned()) };
    let failure = |n, final_attempt| {
        failed(n, "in_1", |f| {
            (f.invoice, f.reason, f.final_attempt) = (Some(invoice()), Some(text.to_owned()), final_attempt);
        })
    };
    let mut charge = charge_failed(3, 60);
    let mut paid = invoice_paid(4, "in_1");
    if let Fact::PaymentFailed(detail) = &mut charge.fact {
        detail.reason = Some(text.to_owned());
    }
    if let Fact::InvoicePaid(detail) = &mut paid.fact {
        detail.invoice = invoice();
    }
    vec![failure(1, false), failure(2, true), charge, paid]
}

fn single_lines(action: &Executable) -> Vec<String> {
    let lines = action.kind().spec().fields.iter().filter(|field| matches!(field.control, Control::Line { .. }));
    lines.filter_map(|field| action.params()[field.name].as_str().map(str::to_owned)).collect()
}

proptest! {
    #[test]
    fn the_advice_is_valid_for_any_name_and_text(name in hostile(), text in hostile()) {
        for event in events(&text) {
            let history = failed(9, "in_1", |f| f.attempt = Some(0));
            let proposals = proposed(&history, ProposalStatus::Pending);
            let mut situation = Situation { proposals, ..situation(vec![history], vec![event]) };
            situation.record.name.clone_from(&name);
            situation.addresses = vec![text.clone(), name.clone()];
            let advice = advise(&situation);
            prop_assert!(!advice.recommendations.is_empty());
            for recommended in &advice.recommendations {
                let Action::Executable(action) = &recommended.action else { panic!() };
                prop_assert_eq!(action.validate(), Ok(()));
                let lines = single_lines(action);
                let shown = lines.iter().map(String::as_str).chain([&*recommended.effect, &*recommended.reason]);
                for line in shown {
                    prop_assert_eq!(line, one_line(line, 1_000));
                }
            }
        }
    }
}
