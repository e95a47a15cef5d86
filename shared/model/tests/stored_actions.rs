//! The stored form of actions. The digests of proposals cover these bytes: none of them may ever change.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{
    Action, ActionKind, AddNote, Audience, Case, ClassifyEvent, CreateTask, DraftMessage, Executable, HumanOwned,
    NotifyInternal, Priority, Timestamp,
};

const STORED: &[&str] = &[
    r#"{"kind":"crm.add_note","params":{"text":"Prefers mail.\nAlways."}}"#,
    r#"{"kind":"crm.create_task","params":{"title":"Call Ada","detail":"","priority":"normal","due_at":null,"assignee":null}}"#,
    r#"{"kind":"crm.create_task","params":{"title":"Call Ada","detail":"Soon.","priority":"urgent","due_at":"2026-11-25T09:30:00.000Z","assignee":"Grace"}}"#,
    r#"{"kind":"message.draft","params":{"to":null,"subject":"Hello","body":"Dear Ada"}}"#,
    r#"{"kind":"message.draft","params":{"to":"ada@example.com","subject":"Hello","body":"Dear Ada"}}"#,
    r#"{"kind":"notify.internal","params":{"audience":"team","text":"Look.","priority":"urgent"}}"#,
    r#"{"kind":"event.classify","params":{"topic":"billing","urgency":"urgent","note":""}}"#,
    r#"{"kind":"payment.refund","params":{"summary":"Asks for it back."}}"#,
    r#"{"kind":"service.cancel","params":{"summary":"Wants to leave."}}"#,
    r#"{"kind":"contract.change","params":{"summary":"Wants more."}}"#,
    r#"{"kind":"data.disclose","params":{"summary":"Asks what is kept."}}"#,
];

fn actions() -> Vec<Action> {
    let due = Timestamp::parse_rfc3339("2026-11-25T09:30:00Z");
    let task = CreateTask {
        title: "Call Ada".into(),
        detail: String::new(),
        priority: Priority::Normal,
        due_at: None,
        assignee: None,
    };
    let (detail, assignee) = ("Soon.".into(), Some("Grace".into()));
    let urgent = CreateTask { detail, priority: Priority::Urgent, due_at: due, assignee, ..task.clone() };
    let draft = DraftMessage { to: None, subject: "Hello".into(), body: "Dear Ada".into() };
    let addressed = DraftMessage { to: Some("ada@example.com".into()), ..draft.clone() };
    let notice = NotifyInternal { audience: Audience::Team, text: "Look.".into(), priority: Priority::Urgent };
    let case = |summary: &str| Case { summary: summary.into() };
    let executable = [
        Executable::AddNote(AddNote { text: "Prefers mail.\nAlways.".into() }),
        Executable::CreateTask(task),
        Executable::CreateTask(urgent),
        Executable::DraftMessage(draft),
        Executable::DraftMessage(addressed),
        Executable::NotifyInternal(notice),
        Executable::ClassifyEvent(ClassifyEvent {
            topic: "billing".into(),
            urgency: Priority::Urgent,
            note: String::new(),
        }),
    ];
    let human_owned = [
        HumanOwned::Refund(case("Asks for it back.")),
        HumanOwned::CancelService(case("Wants to leave.")),
        HumanOwned::ChangeContract(case("Wants more.")),
        HumanOwned::DiscloseData(case("Asks what is kept.")),
    ];
    executable.into_iter().map(Action::Executable).chain(human_owned.into_iter().map(Action::HumanOwned)).collect()
}

#[test]
fn every_action_is_written_and_read_as_it_always_was() {
    for (action, stored) in actions().iter().zip(STORED) {
        assert_eq!(serde_json::to_string(action).unwrap(), *stored);
        assert_eq!(serde_json::from_str::<Action>(stored).unwrap(), *action);
    }
    for kind in ActionKind::ALL {
        assert!(actions().iter().any(|action| action.kind() == *kind), "{kind} has no stored form here");
    }
}

#[test]
fn optional_parameters_may_be_left_out() {
    for (stored, full) in [
        (r#"{"kind":"crm.create_task","params":{"title":"Call Ada","priority":"normal"}}"#, STORED[1]),
        (r#"{"params":{"subject":"Hello","body":"Dear Ada"},"kind":"message.draft"}"#, STORED[3]),
    ] {
        let action: Action = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&action).unwrap(), full);
    }
}

#[test]
fn an_invalid_action_is_refused() {
    for wrong in [
        r#"{"kind":"crm.guess","params":{"text":"t"}}"#,
        r#"{"kind":"crm.add_note"}"#,
        r#"{"params":{"text":"t"}}"#,
        r#"{"kind":"crm.add_note","params":{"text":"t","title":"t"}}"#,
        r#"{"kind":"crm.create_task","params":{"title":"t"}}"#,
        r#"{"kind":"crm.create_task","params":{"title":"t","priority":"soon"}}"#,
        r#"{"kind":"payment.refund","params":{"amount":1}}"#,
        r#""crm.add_note""#,
    ] {
        assert!(serde_json::from_str::<Action>(wrong).is_err(), "{wrong}");
    }
}
