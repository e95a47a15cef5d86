//! The recommendations of the shipped playbook in different situations.

use crate::situations::{advise, charge_failed, detail, failed, outline, situation};
use nerve_model::{Action, Event, Executable, PaymentFailed, SourceName, Subject, Timestamp};
use nerve_recommend::Advice;
use nerve_situation::Situation;
use nerve_testkit::events::{NOW, invoice_paid, payment_failed};

const REMINDED: [&str; 2] = ["1 payment-failed crm.create_task", "1 payment-failed message.draft"];
const GIVEN_UP: [&str; 3] = [
    "1 payment-failed-finally crm.create_task",
    "1 payment-failed-finally message.draft",
    "1 payment-failed-finally notify.internal",
];
const ONE_OFF: [&str; 2] = ["1 one-off-payment-failed crm.create_task", "1 one-off-payment-failed message.draft"];

fn draft(advice: &Advice) -> (String, String, Vec<String>) {
    let draft = |r: &nerve_recommend::Recommendation| match &r.action {
        Action::Executable(Executable::DraftMessage(draft)) => {
            Some((draft.to.clone().unwrap_or_default(), draft.body.clone(), r.questions.clone()))
        }
        _ => None,
    };
    advice.recommendations.iter().find_map(draft).unwrap()
}

#[test]
fn a_failed_payment_is_followed_up_with_what_is_known() {
    type Row = (&'static str, fn(&mut PaymentFailed), bool, &'static [&'static str], &'static [&'static str]);
    let table: &[Row] = &[
        ("not final", |_| (), true, &REMINDED, &[]),
        ("final", |f| f.final_attempt = true, true, &GIVEN_UP, &[]),
        ("no invoice", |f| f.invoice = None, true, &ONE_OFF, &[]),
        ("final, no invoice", |f| (f.final_attempt, f.invoice) = (true, None), true, &ONE_OFF, &[]),
        ("no address", |_| (), false, &REMINDED, &["Where should the reminder go?"]),
        ("no link", |f| f.invoice.as_mut().unwrap().url = None, true, &REMINDED, &["How can the customer pay?"]),
        (
            "neither",
            |f| f.invoice.as_mut().unwrap().url = None,
            false,
            &REMINDED,
            &["Where should the reminder go?", "How can the customer pay?"],
        ),
        ("no invoice and no address", |f| f.invoice = None, false, &ONE_OFF, &["Where should the message go?"]),
    ];
    for (case, change, has_address, expected, questions) in table {
        let mut situation = situation(Vec::new(), vec![failed(1, "in_1", change)]);
        situation.addresses.truncate(usize::from(*has_address));
        let advice = advise(&situation);
        assert_eq!(outline(&advice), *expected, "{case}");
        let (to, body, asked) = draft(&advice);
        assert_eq!(to, if *has_address { "ada@example.com" } else { "" }, "{case}");
        assert!(body.starts_with("Hello Ada Lovelace,\n") && body.contains("EUR 120.00"), "{case}: {body}");
        let has_link = failed(1, "in_1", change).fact.invoice().is_some_and(|invoice| invoice.url.is_some());
        assert_eq!(body.contains("\n\nhttps://invoice.stripe.com/i/in_1\n"), has_link, "{case}: {body}");
        assert_eq!(asked.len(), questions.len(), "{case}: {asked:?}");
        assert!(asked.iter().zip(*questions).all(|(asked, end)| asked.ends_with(end)), "{case}: {asked:?}");
        let others = advice.recommendations.iter().filter(|r| r.action.kind().as_str() != "message.draft");
        assert!(others.into_iter().all(|r| r.questions.is_empty()), "{case}: only a message needs them");
    }
}

#[test]
fn unknown_values_are_left_out_of_the_texts() {
    let known = advise(&situation(Vec::new(), vec![payment_failed(1, "in_1")]));
    let unknown = advise(&situation(
        Vec::new(),
        vec![failed(1, "in_1", |f| (f.attempt, f.next_attempt_at, f.reason) = (None, None, None))],
    ));
    let collecting = "Collecting EUR 120.00 for invoice NRV-in_1 failed";
    assert_eq!(unknown.recommendations[0].reason, format!("{collecting}."));
    assert_eq!(
        known.recommendations[0].reason,
        format!(
            "{collecting} (attempt 1). Reason given: Your card was declined. The next automatic attempt is on 2026-11-26."
        )
    );
    assert!(draft(&known).1.contains("We will try again on 2026-11-26."));
    assert!(!draft(&unknown).1.contains("try again"));
}

/// The second failed attempt to collect an invoice.
fn again(n: u128) -> Event {
    failed(n, "in_1", |f| f.attempt = Some(2))
}

#[test]
fn other_events_decide_whether_anything_is_recommended() {
    let (first, paid) = (|| payment_failed(1, "in_1"), || invoice_paid(2, "in_1"));
    let note: &[_] = &["2 invoice-paid crm.add_note"];
    let second: &[_] = &["2 payment-failed crm.create_task", "2 payment-failed message.draft"];
    type Row = (&'static str, Vec<Event>, Vec<Event>, &'static [&'static str]);
    let table: [Row; 13] = [
        ("nothing", vec![], vec![], &[]),
        ("paid alone", vec![], vec![paid()], &[]),
        ("paid after failure", vec![first()], vec![paid()], note),
        ("paid, known to be paid", vec![invoice_paid(3, "in_1"), first()], vec![paid()], note),
        ("both at once", vec![], vec![first(), paid()], note),
        ("both at once, the other way round", vec![], vec![paid(), first()], note),
        ("paid before failure", vec![paid()], vec![first()], &[]),
        ("another invoice paid", vec![first()], vec![invoice_paid(2, "in_2")], &[]),
        ("paid after another's failure", vec![invoice_paid(2, "in_2")], vec![first()], &REMINDED),
        ("later attempt", vec![first()], vec![again(2)], second),
        ("earlier attempt late", vec![again(2)], vec![first()], &[]),
        ("both attempts at once", vec![], vec![first(), again(2)], second),
        ("both attempts at once, the other way round", vec![], vec![again(2), first()], second),
    ];
    for (case, history, pending, expected) in table {
        let advice = advise(&situation(history, pending));
        assert_eq!(outline(&advice), expected, "{case}");
    }
}

#[test]
fn an_uncounted_attempt_is_later_when_it_happened_later() {
    let uncounted = |n, at| Event { occurred_at: at, ..failed(n, "in_1", |f| f.attempt = None) };
    let early = uncounted(2, NOW);
    let late = uncounted(1, NOW + nerve_model::Millis(1));
    assert_eq!(outline(&advise(&situation(vec![early.clone()], vec![late.clone()]))), REMINDED);
    assert_eq!(outline(&advise(&situation(vec![late], vec![early]))), [""; 0]);
}

#[test]
fn one_failure_reported_with_and_without_its_invoice_is_followed_up_once() {
    type Row = (&'static str, i64, fn(&mut Event), bool);
    let table: [Row; 10] = [
        ("at once", 0, |_| (), true),
        ("15 minutes later", 15, |_| (), true),
        ("15 minutes earlier", -15, |_| (), true),
        ("16 minutes later", 16, |_| (), false),
        ("16 minutes earlier", -16, |_| (), false),
        ("another amount", 0, |event| detail(event).amount.minor += 1, false),
        ("another currency", 0, |event| detail(event).amount.currency = "USD".parse().unwrap(), false),
        ("far away", 0, |event| event.occurred_at = Timestamp::from_millis(i64::MIN), false),
        ("another vendor", 0, |event| event.source = SourceName::from_static("paypal"), false),
        ("test mode", 0, |event| event.test = true, false),
    ];
    for (case, minutes, change, same) in table {
        check_pair(case, minutes, change, same);
    }
}

#[test]
fn two_failures_without_an_invoice_are_two() {
    let other = Event { subject: Subject::new("stripe:payment:pi_2"), ..charge_failed(2, 0) };
    assert_eq!(outline(&advise(&situation(vec![other], vec![charge_failed(1, 0)]))), ONE_OFF);
}

/// In any order of arrival, only the failure with its invoice is followed up.
fn check_pair(case: &str, minutes: i64, change: fn(&mut Event), same: bool) {
    let invoice = payment_failed(1, "in_1");
    let mut charge = charge_failed(2, minutes);
    change(&mut charge);
    let both: Vec<String> = REMINDED.iter().copied().chain(ONE_OFF).map(str::to_owned).collect();
    let both: Vec<String> = both.iter().map(|line| line.replace("1 one-off", "2 one-off")).collect();
    let expected = if same { &both[..2] } else { &both };
    let advice = advise(&situation(vec![], vec![invoice.clone(), charge.clone()]));
    assert_eq!(outline(&advice), expected, "{case}: both at once");
    let late = advise(&situation(vec![invoice.clone()], vec![charge.clone()]));
    assert_eq!(outline(&late), expected[2..], "{case}: the charge last");
    let advice = advise(&situation(vec![charge], vec![invoice]));
    assert_eq!(outline(&advice), REMINDED, "{case}: the invoice last");
}

#[test]
fn an_address_that_no_draft_can_carry_is_no_address() {
    let known = situation(Vec::new(), vec![payment_failed(1, "in_1")]);
    let with = |addresses: &[&str]| {
        let addresses = addresses.iter().map(|&address| address.to_owned()).collect();
        draft(&advise(&Situation { addresses, ..known.clone() }))
    };
    let (to, _, asked) = with(&["ada@example.com\r\nBcc: eve@example.com", "ada@example.com"]);
    assert_eq!((to.as_str(), asked.len()), ("ada@example.com", 0));
    let (to, _, asked) = with(&["ada, eve"]);
    assert_eq!((to.as_str(), asked.len()), ("", 1));
}
