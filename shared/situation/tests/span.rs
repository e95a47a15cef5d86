//! Pages of a timeline by the time of events, in whatever order they arrive, at a constant cost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_model::{Event, EventKind, Millis, SemanticKey};
use nerve_ports::{ObjectStorage, Statement};
use nerve_protocol::record::{Earlier, NewEntry, Page, Span};
use nerve_situation::timeline;
use nerve_testkit::{
    ObjectSqlite,
    events::{NOW, confident, invoice_paid, payment_failed},
};

fn open() -> ObjectSqlite {
    let storage = ObjectSqlite::default();
    timeline::open(&storage).unwrap();
    storage
}

/// Every fifth is a payment, the others failed payments; three happen at the same instant each.
fn happened(n: u128) -> Event {
    let made = if n.is_multiple_of(5) { invoice_paid } else { payment_failed };
    let at = NOW - Millis::minutes(1_000 - n as i64 / 3);
    Event {
        semantic_key: SemanticKey::new(format!("fact {n}")),
        summary: format!("Number {n}"),
        occurred_at: at,
        ..made(n, &format!("in_{n}"))
    }
}

fn append(storage: &ObjectSqlite, event: Event) {
    timeline::append(storage, &NewEntry { event, matched: confident() }, NOW).unwrap();
}

fn page(storage: &ObjectSqlite, span: &Span) -> Page {
    timeline::page(storage, span).unwrap()
}

/// All entries, page by page.
fn all(storage: &ObjectSqlite, mut span: Span) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        let page = page(storage, &span);
        assert!(page.entries.len() <= span.limit as usize);
        found.extend(page.entries.into_iter().map(|entry| entry.event.summary));
        span.before = page.next;
        if span.before.is_none() {
            return found;
        }
    }
}

#[test]
fn pages_go_back_in_time_without_gaps_or_repeats_whatever_order_things_arrive_in() {
    let arrivals: [Vec<u128>; 3] =
        [(1..=40).collect(), (1..=40).rev().collect(), (1..=40).map(|n| n * 17 % 41).collect()];
    for arrived in arrivals {
        let storage = open();
        arrived.iter().for_each(|n| append(&storage, happened(*n)));
        let place = |n: &u128| arrived.iter().position(|arrived| arrived == n).unwrap();
        let mut expected: Vec<u128> = (1..=40).collect();
        expected.sort_by_key(|n| std::cmp::Reverse((n / 3, place(n))));
        let named = |wanted: &[u128]| wanted.iter().map(|n| format!("Number {n}")).collect::<Vec<_>>();
        for limit in [1, 2, 7, 100] {
            assert_eq!(all(&storage, Span { limit, ..Span::default() }), named(&expected));
            let kinds = vec![EventKind::InvoicePaid];
            let paid: Vec<u128> = expected.iter().copied().filter(|n| n % 5 == 0).collect();
            assert_eq!(all(&storage, Span { limit, kinds, ..Span::default() }), named(&paid));
        }
    }
}

#[test]
fn an_entry_is_found_by_a_text_in_any_case_and_place() {
    let storage = open();
    for n in 1..=300 {
        append(&storage, happened(n));
    }
    let fifth = Event { summary: "Ärger über Größe".to_owned(), ..happened(301) };
    append(&storage, fifth);
    let found = |text: &str, limit| {
        let span = Span { text: Some(text.to_owned()), limit, ..Span::default() };
        all(&storage, span).len()
    };
    assert_eq!((found("number 299", 10), found("NUMBER 29", 3)), (1, 11));
    assert_eq!(found("ärger ÜBER", 10), 1, "letters beyond ASCII");
    assert_eq!(found("NRV-in_7", 50), 11, "the number of an invoice stands in the detail");
    assert_eq!((found("nobody", 10), found("", 100)), (0, 301));
}

/// The reads of a record object, each with the most SQLite steps it may take. A row costs about ten.
fn costs(storage: &ObjectSqlite) -> Vec<(&'static str, i64)> {
    let steps = |ask: &dyn Fn()| {
        let before = storage.steps();
        ask();
        storage.steps() - before
    };
    let first = page(storage, &Span { limit: 50, ..Span::default() });
    let deep = Span { before: first.next, limit: 50, ..Span::default() };
    let rare = Span { kinds: vec![EventKind::FormSubmitted], limit: 50, ..Span::default() };
    let text = Span { text: Some("nobody".to_owned()), limit: 50, ..Span::default() };
    vec![
        ("what is pending", steps(&|| drop(timeline::pending(storage, 20, NOW).unwrap()))),
        ("a page", steps(&|| drop(page(storage, &Span { limit: 50, ..Span::default() })))),
        ("the page after", steps(&|| drop(page(storage, &deep)))),
        ("a rare kind", steps(&|| drop(page(storage, &rare)))),
        ("a search", steps(&|| drop(page(storage, &text)))),
    ]
}

/// Inserts entries as if they had arrived and been decided long ago, 15 per instant.
fn grow(storage: &ObjectSqlite, from: u32, to: u32) {
    let sql = "INSERT INTO timeline (seq, semantic_key, event_id, kind, appended_at, reporters, event, matched)
        WITH RECURSIVE n (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
        SELECT n, 'grown ' || n, event_id, kind, appended_at, reporters,
               json_set(event, '$.occurred_at', strftime('%Y-%m-%dT%H:%M:00.000Z', 1700000000 + n / 15 * 900, 'unixepoch')),
               matched
        FROM n JOIN timeline t ON t.seq = 1 + n % 2";
    storage.execute(Statement::new(sql, [from.into(), to.into()])).unwrap();
    for up_to in (from..=to).step_by(1_000).chain([to]) {
        timeline::confirm(storage, up_to.into()).unwrap();
    }
}

#[test]
fn a_hundred_thousand_entries_cost_no_more_than_a_thousand() {
    let storage = open();
    append(&storage, happened(1));
    append(&storage, happened(5));
    grow(&storage, 3, 1_000);
    let short = costs(&storage);
    grow(&storage, 1_001, 100_000);
    append(&storage, happened(7));
    let long = costs(&storage);
    let sum = |earlier: &[Earlier]| earlier.iter().map(|earlier| earlier.n).sum::<u32>();
    let pending = timeline::pending(&storage, 20, NOW).unwrap();
    assert_eq!((pending.entries.len(), pending.history.len(), sum(&pending.earlier)), (1, 20, 99_980));
    for ((what, few), (_, many)) in short.iter().zip(&long) {
        println!("{what}: {few} steps at 1,000 entries, {many} at 100,000");
        assert!(*many <= few + few / 2 + 1_000, "{what}: {few} steps became {many}");
    }
}

#[test]
fn numbers_are_added_up_once_and_say_what_the_history_does_not() {
    let storage = open();
    for n in 1..=400 {
        append(&storage, happened(n));
        if n % 7 == 0 {
            timeline::confirm(&storage, n as u64 - 3).unwrap();
        }
        let look = timeline::pending(&storage, 20, NOW).unwrap();
        let counted: u32 = look.earlier.iter().map(|earlier| earlier.n).sum();
        let told = look.entries.len().min(50) + look.history.len() + counted as usize;
        assert_eq!(told, n as usize, "after {n}");
    }
    let look = timeline::pending(&storage, 20, NOW).unwrap();
    let paid = look.earlier.iter().find(|earlier| earlier.kind == EventKind::InvoicePaid).unwrap();
    assert_eq!((paid.n, paid.month.as_str()), ((1..=376).filter(|n| n % 5 == 0).count() as u32, "2026-11"));
    assert_eq!(paid.last_at, happened(375).occurred_at);
    let kept = storage.execute(Statement::new("SELECT n FROM condensed WHERE kind = ''", [])).unwrap();
    assert!(kept[0].integer("n").unwrap() > 200, "most of it is added up");
}
