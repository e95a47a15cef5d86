//! Mistakes in a playbook, and their error messages.

use super::*;
use serde_json::{Value, json};

/// A valid playbook of one rule.
fn playbook() -> Value {
    json!({"rule": [{
        "name": "a-rule",
        "when": {"event": "payment.failed", "invoice": true},
        "because": "{amount} for {invoice} failed",
        "ask": [{"missing": "link", "question": "How?"}],
        "action": [
            {"kind": "crm.add_note", "effect": "e", "text": "t"},
            {"kind": "crm.create_task", "effect": "e", "title": "t", "detail": "[{link}]", "priority": "normal", "due_in_days": 2},
            {"kind": "message.draft", "effect": "e", "subject": "s", "body": "b"},
            {"kind": "notify.internal", "effect": "e", "audience": "team", "text": "t", "priority": "urgent"},
            {"kind": "event.classify", "effect": "e", "topic": "t", "urgency": "normal", "note": "[{link}]"},
        ],
    }]})
}

fn with(pointer: &str, value: Value) -> Value {
    let mut playbook = playbook();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match playbook.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        Value::Array(items) => items.push(value),
        other => panic!("{other}"),
    }
    playbook
}

fn read(playbook: Value) -> Result<Rules, String> {
    serde_json::from_value(playbook).map_err(|error| error.to_string())
}

#[test]
fn a_sound_playbook_survives_being_written_and_read() {
    let rules = read(playbook()).unwrap();
    assert_eq!(rules.check(), Ok(()));
    let plain = with("/rule/0/action/1/detail", json!(""));
    assert_eq!(read(plain).unwrap().check(), Ok(()), "a task needs no detail");
    assert_eq!(read(serde_json::to_value(&rules).unwrap()), Ok(rules));
}

#[test]
fn a_playbook_that_can_be_read_and_not_used_says_what_is_wrong() {
    let rule = |field: &str, value: &str| with(&format!("/rule/0/{field}"), json!(value));
    let idle = with("/rule/0/action", json!([]));
    let mut without_invoice = playbook();
    without_invoice["rule"][0]["when"]["invoice"] = Value::Null;
    let internal =
        |value| format!("rule a-rule: {{{value}}} is for our own people and must not stand in a message to a customer");
    let empty = "rule a-rule: \"\" may turn out empty";
    let optional = "rule a-rule: \"[{link}]\" may turn out empty";
    let table = [
        (with("/rule/-", playbook()["rule"][0].clone()), "there are two rules named a-rule"),
        (idle, "rule a-rule does nothing"),
        (rule("name", ""), "\"\" is not a name: use lower-case letters and hyphens"),
        (rule("name", "A rule"), "\"A rule\" is not a name: use lower-case letters and hyphens"),
        (rule("because", " \n"), "rule a-rule: \" \\n\" may turn out empty"),
        (rule("ask/0/question", ""), empty),
        (rule("action/0/text", ""), empty),
        (rule("action/1/title", "[{link}]"), optional),
        (rule("action/2/body", "[{link}]"), optional),
        (rule("action/1/title", "{name}"), "rule a-rule: \"{name}\" may turn out empty"),
        (rule("action/1/detail", "{iban}"), "rule a-rule: {iban} is not a placeholder"),
        (rule("action/2/subject", ""), empty),
        (rule("action/3/effect", ""), empty),
        (rule("action/4/topic", "[{link}]"), optional),
        (rule("action/4/note", "{iban}"), "rule a-rule: {iban} is not a placeholder"),
        (rule("because", "{iban}"), "rule a-rule: {iban} is not a placeholder"),
        (rule("ask/0/question", "{iban}"), "rule a-rule: {iban} is not a placeholder"),
        (rule("action/2/body", "{iban}"), "rule a-rule: {iban} is not a placeholder"),
        (rule("action/1/title", "[{name}"), "rule a-rule: \"[{name}\" has an unmatched bracket"),
        (rule("action/2/body", "{link}"), "rule a-rule: {link} may be unknown and must stand in [brackets]"),
        (rule("action/2/body", "Hello {name},"), &*internal("name")),
        (rule("action/2/body", "Hello[ {name}],"), &*internal("name")),
        (rule("action/2/subject", "{summary}"), &*internal("summary")),
        (rule("action/2/body", "No[: {reason}]."), &*internal("reason")),
        (without_invoice, "rule a-rule: {invoice} may be unknown and must stand in [brackets]"),
    ];
    for (playbook, problem) in table {
        let checked = read(playbook).unwrap().check();
        assert_eq!(checked.map_err(|error| error.to_string()), Err(problem.to_owned()));
    }
}

#[test]
fn an_unknown_name_is_refused_and_named() {
    let table = [
        (with("/rule/0/when/event", json!("payment.late")), "unknown variant `payment.late`"),
        (with("/rule/0/when/after", json!("payment.late")), "unknown variant `payment.late`"),
        (with("/rule/0/when/amount", json!(1)), "unknown field `amount`"),
        (with("/rule/0/action/0/kind", json!("payment.refund")), "unknown variant `payment.refund`"),
        (with("/rule/0/action/0/kind", json!("crm.guess")), "unknown variant `crm.guess`"),
        (with("/rule/0/action/0/title", json!("t")), "unknown field `title`"),
        (with("/rule/0/action/1/priority", json!("soon")), "unknown variant `soon`"),
        (with("/rule/0/action/3/audience", json!("all")), "unknown variant `all`"),
        (with("/rule/0/ask/0/missing", json!("phone")), "unknown variant `phone`"),
        (with("/rule/0/ask/0/why", json!("x")), "unknown field `why`"),
        (with("/rule/0/withdraws", json!({"answers": "invoice.paid"})), "unknown field `withdraws`"),
        (with("/rule/0/actions", json!([])), "unknown field `actions`"),
        (with("/rules", json!([])), "unknown field `rules`"),
        (json!({"rule": [{"name": "a", "because": "b"}]}), "missing field `when`"),
    ];
    for (playbook, problem) in table {
        let refused = read(playbook).unwrap_err();
        assert!(refused.contains(problem), "{problem}: {refused}");
    }
}
