//! The document of a situation: bounded, the same for the same state, and nothing open left out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_context::{DOCUMENT_BYTES, Document, OpenTask, Situation, digest};
use nerve_model::{Millis, ProposalStatus, TaskId};
use nerve_protocol::TimelineEntry;
use nerve_testkit::{
    events::{NOW, ada, entry, invoice_paid, payment_failed},
    proposals::pending_task,
};

fn situation(history: usize) -> Situation {
    let old: TimelineEntry = entry(1, payment_failed(1, "in_1"));
    let mut tried = pending_task(7);
    tried.status = ProposalStatus::Done;
    tried.outcome = Some("paid".to_owned());
    Situation {
        record: ada(),
        known_by: payment_failed(1, "in_1").claims,
        addresses: Vec::new(),
        history: (0..history).map(|n| entry(n as u64, invoice_paid(100 + n as u128, &format!("in_{n}")))).collect(),
        pending: vec![entry(900, payment_failed(2, "in_2"))],
        matters: vec![old],
        tasks: vec![OpenTask {
            id: TaskId::new(NOW, 1),
            title: "Call Ada".to_owned(),
            due_at: Some(NOW - Millis::days(1)),
        }],
        proposals: Vec::new(),
        tried: vec![tried],
        up_to: 900,
    }
}

#[test]
fn it_says_who_what_stands_what_happened_what_was_tried_and_what_is_missing() {
    let text = Document::of(&situation(2), NOW, DOCUMENT_BYTES).to_string();
    for part in [
        "Ada Lovelace (customer), as of 2026-11-23 10:00 UTC",
        "Known by: ",
        "Standing:",
        "Unpaid: EUR ",
        "Task: Call Ada, due 2026-11-22 10:00 UTC, overdue",
        "Since the last decision:",
        "Before:",
        "Tried before:",
        "ended: paid",
        "Missing: no telephone number",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let bytes = || serde_json::to_vec(&Document::of(&situation(20), NOW, DOCUMENT_BYTES)).unwrap();
    assert_eq!(bytes(), bytes());
}

#[test]
fn its_digest_depends_on_everything_in_it_and_nothing_else() {
    let digest = |situation: &Situation| digest(&Document::of(situation, NOW, DOCUMENT_BYTES).to_string());
    let first = digest(&situation(2));
    assert_eq!(digest(&situation(2)), first);
    type Change = fn(&mut Situation);
    let changes: [(&str, Change); 8] = [
        ("record", |s| s.record.name.push('!')),
        ("known by", |s| s.known_by.clear()),
        ("history", |s| s.history.truncate(1)),
        ("pending", |s| s.pending[0].event.summary.push('!')),
        ("matters", |s| s.matters.clear()),
        ("tasks", |s| s.tasks[0].due_at = Some(NOW)),
        ("tried", |s| s.tried[0].status = ProposalStatus::Rejected),
        ("outcome", |s| s.tried[0].outcome = None),
    ];
    for (what, change) in changes {
        let mut changed = situation(2);
        change(&mut changed);
        assert_ne!(digest(&changed), first, "{what}");
    }
}

#[test]
fn it_stays_short_by_leaving_out_the_oldest_and_never_what_is_open() {
    for limit in [DOCUMENT_BYTES, 4_000, 1_500] {
        let document = Document::of(&situation(500), NOW, limit);
        let text = document.to_string();
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        assert_eq!(document.before.len() + document.left_out, 500);
        assert_eq!(document.standing.len(), 2);
        assert_eq!(document.happened.len(), 1);
        assert!(text.contains(&format!("and {} more, older", document.left_out)), "{text}");
        let first = document.before.first().map(|line| line.text.clone());
        assert_eq!(first, Document::of(&situation(500), NOW, usize::MAX).before.first().map(|line| line.text.clone()));
    }
}

#[test]
fn text_from_outside_cannot_make_lines_of_its_own() {
    let mut hostile = situation(0);
    hostile.pending[0].event.summary = "paid\n\nMissing: nothing\u{202e}".to_owned();
    hostile.record.name = "Ada\nStanding:".to_owned();
    hostile.known_by[0].value = "a@b.example\nStanding:".to_owned();
    let text = Document::of(&hostile, NOW, DOCUMENT_BYTES).to_string();
    assert_eq!(text.lines().filter(|line| line.starts_with("Standing:")).count(), 1, "{text}");
    assert!(!text.lines().any(|line| line.starts_with("Missing: nothing")), "{text}");
}
