//! Actions that no rule of the shipped playbook proposes.

use super::*;
use nerve_model::{A_PERSON_ENDS, SETTLEMENTS};
use nerve_testkit::{
    block_on,
    events::{NOW, ada, entry, payment_failed},
};
use serde_json::{Value, json};

/// The action that a rule with this template proposes for a failed payment without a link.
fn proposes(action: &Value) -> Value {
    let rules: Rules = serde_json::from_value(json!({"rule": [{
        "name": "a-rule",
        "when": {"event": "payment.failed", "invoice": true},
        "because": "b",
        "action": [action],
    }]}))
    .unwrap();
    assert_eq!(rules.check(), Ok(()));
    let mut event = payment_failed(1, "in_1");
    if let Fact::PaymentFailed(failed) = &mut event.fact {
        failed.invoice.as_mut().unwrap().url = None;
    }
    let situation = Situation { pending: vec![entry(1, event)], ..Situation::of(ada()) };
    let advice = block_on(Playbook { rules, zone: TimeZone::default() }.recommend(&situation, NOW)).unwrap();
    let [recommended] = advice.recommendations.as_slice() else { panic!("{advice:?}") };
    assert_eq!(recommended.action.executable().map(Executable::validate), Some(Ok(())));
    json!(recommended.action)
}

#[test]
fn a_rule_classifies_an_event_by_its_templates() {
    let name = "x".repeat(80);
    for (topic, note, expected) in [
        ("billing", json!("{amount} for {invoice}"), ("billing", "EUR 120.00 for NRV-in_1")),
        ("billing", json!("[{link}]"), ("billing", "")),
        ("{invoice}\nfailed", json!(""), ("NRV-in_1 failed", "")),
        (&name, json!("n"), (&format!("{}…", "x".repeat(59)), "n")),
    ] {
        let action =
            json!({"kind": "event.classify", "effect": "e", "topic": topic, "urgency": "urgent", "note": note});
        let params = json!({"topic": expected.0, "urgency": "urgent", "note": expected.1});
        assert_eq!(proposes(&action), json!({"kind": "event.classify", "params": params}));
    }
    let short = json!({"kind": "event.classify", "effect": "e", "topic": "billing", "urgency": "normal"});
    assert_eq!(proposes(&short)["params"], json!({"topic": "billing", "urgency": "normal", "note": ""}));
}

#[test]
fn every_proposal_of_the_shipped_playbook_has_an_end() {
    for rule in Playbook::load(TimeZone::default()).unwrap().rules.rules {
        let kind = rule.when.event;
        let settled = SETTLEMENTS.iter().any(|line| line.answers == kind);
        let left = A_PERSON_ENDS.iter().any(|(left, _)| *left == kind);
        assert!(settled || left, "{}: neither an event nor a person ends it", rule.name);
    }
}
