//! Situations of Ada's, their advice, and its outline as table rows.

use nerve_model::{Event, EventId, Fact, Millis, PaymentFailed, ProposalStatus, Subject, TimeZone};
use nerve_policy::moot;
use nerve_recommend::{Advice, Playbook, Recommender};
use nerve_situation::{OpenProposal, Situation};
use nerve_testkit::{
    block_on,
    events::{NOW, ada, entry, payment_failed},
};

pub(crate) fn situation(history: Vec<Event>, pending: Vec<Event>) -> Situation {
    let entries = |events: Vec<Event>| (1..).zip(events).map(|(seq, event)| entry(seq, event)).collect();
    Situation {
        addresses: vec!["ada@example.com".to_owned()],
        history: entries(history),
        pending: entries(pending),
        up_to: 9,
        ..Situation::of(ada())
    }
}

/// The playbook's advice without moot recommendations, which the gates would block.
pub(crate) fn advise(situation: &Situation) -> Advice {
    let playbook = Playbook::load(TimeZone::default()).unwrap();
    let mut advice = block_on(playbook.recommend(situation, NOW)).unwrap();
    let entry = |id| situation.pending.iter().find(|entry| entry.event.id == id).unwrap();
    advice.recommendations.retain(|r| moot(situation, entry(r.event), r.action.kind()).is_none());
    advice
}

/// Every recommendation as `<number of its event> <rule> <action>`.
pub(crate) fn outline(advice: &Advice) -> Vec<String> {
    let number = |id| (0..10).find(|n| EventId::new(NOW, *n) == id).unwrap();
    let line = |r: &nerve_recommend::Recommendation| {
        let rule = r.proposed_by.strip_prefix("playbook: ").unwrap();
        format!("{} {rule} {}", number(r.event), r.action.kind())
    };
    advice.recommendations.iter().map(line).collect()
}

/// The open proposals that follow from one event alone.
pub(crate) fn proposed(event: &Event, status: ProposalStatus) -> Vec<OpenProposal> {
    let advice = advise(&situation(Vec::new(), vec![event.clone()]));
    let open = |r: nerve_recommend::Recommendation| OpenProposal {
        id: r.id,
        status,
        action: r.action,
        event: event.id,
        event_kind: event.kind(),
        subject: event.subject.clone(),
    };
    advice.recommendations.into_iter().map(open).collect()
}

/// A failed payment with other details.
pub(crate) fn failed(n: u128, id: &str, change: impl FnOnce(&mut PaymentFailed)) -> Event {
    let mut event = payment_failed(n, id);
    change(detail(&mut event));
    event
}

/// The details of a failed payment.
pub(crate) fn detail(event: &mut Event) -> &mut PaymentFailed {
    let Fact::PaymentFailed(detail) = &mut event.fact else { panic!() };
    detail
}

/// The vendor's report of a failed payment without its invoice.
pub(crate) fn charge_failed(n: u128, minutes_later: i64) -> Event {
    let event = failed(n, "in_1", |detail| {
        (detail.invoice, detail.attempt, detail.next_attempt_at) = (None, None, None);
        detail.payment = Some("pi_1".to_owned());
    });
    Event { subject: Subject::new("stripe:payment:pi_1"), occurred_at: NOW + Millis::minutes(minutes_later), ..event }
}
