//! The figures of a source, and their bounds under a flood.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_intake::Delivery;
use nerve_model::{Millis, Timestamp};
use nerve_ports::{ObjectStorage, Statement};
use nerve_protocol::source_metrics::{Count, Fate, Report};
use nerve_source_metrics::{BURST, HAND_OVER_EVERY, MAX_REASONS, MAX_REFUSALS, Tally, book};
use nerve_testkit::{ObjectSqlite, events::NOW, sources::delivery};

const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Timestamp {
    NOW + Millis(millis)
}

fn forged(n: usize) -> Delivery {
    let headers = [
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer of a secret"),
        ("X-Signature", "v1=secret"),
        ("X-Vendor-Topic", "invoice"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    delivery("https://crm.example/hooks/x?token=secret", headers, format!("{{\"n\":{n}}}"))
}

fn count(fate: Fate, reason: &str, n: u32) -> Count {
    Count { fate, reason: reason.to_owned(), n }
}

fn open() -> ObjectSqlite {
    let storage = ObjectSqlite::default();
    book::open(&storage).unwrap();
    storage
}

fn rows(storage: &ObjectSqlite, table: &str) -> i64 {
    storage.execute(Statement::new(format!("SELECT COUNT(*) AS n FROM {table}"), [])).unwrap()[0].integer("n").unwrap()
}

#[test]
fn a_worker_hands_over_at_once_where_little_happens_and_seldom_in_a_flood() {
    let mut tally = Tally::new();
    assert_eq!(tally.hand_over(NOW), None, "nothing to tell");
    let mut handed_over = Vec::new();
    for millis in 0..100_000 {
        tally.count(Fate::Ignored, "test");
        handed_over.extend(tally.hand_over(at(millis)).map(|report| (millis, report.counts[0].n)));
    }
    let burst = (0..BURST).map(|millis| (millis, 1));
    let flood = (1..10).map(|n| (n * HAND_OVER_EVERY.0, if n == 1 { 9_995 } else { 10_000 }));
    assert_eq!(handed_over, burst.chain(flood).collect::<Vec<_>>());
    assert_eq!(tally.hand_over(at(300_000)).map(|report| report.counts[0].n), Some(9_999), "what was left");
    tally.count(Fate::Ignored, "test");
    assert!(tally.hand_over(at(300_001)).is_some(), "after a quiet time at once again");
}

#[test]
fn a_flood_leaves_counts_and_a_few_descriptions() {
    let mut tally = Tally::new();
    for n in 0..10_000 {
        tally.refuse(Fate::Malformed, &format!("reason {n}"), &forged(n), &[]);
    }
    let Report { counts, refusals } = tally.hand_over(NOW).unwrap();
    assert_eq!(counts.len(), MAX_REASONS + 1);
    assert_eq!(counts.last(), Some(&count(Fate::Malformed, "other reasons", 10_000 - MAX_REASONS as u32)));
    assert_eq!(refusals.len(), MAX_REFUSALS);
}

#[test]
fn a_description_has_no_secret() {
    let mut tally = Tally::new();
    tally.refuse(
        Fate::Rejected,
        "no signature matches a configured secret",
        &forged(1),
        &["x-vendor-topic", "x-signature"],
    );
    let report = tally.hand_over(NOW).unwrap();
    let refusal = &report.refusals[0];
    let header = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    assert_eq!(
        refusal.headers,
        [
            header("content-type", Some("application/json")),
            header("authorization", None),
            header("x-signature", None),
            header("x-vendor-topic", Some("invoice")),
        ]
    );
    assert_eq!((refusal.bytes, refusal.at), (7, NOW));
    assert_eq!(refusal.digest, "2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd");
    assert!(!serde_json::to_string(&report).unwrap().contains("Bearer"));
}

#[test]
fn figures_add_up_by_day_and_week() {
    let storage = open();
    let report = |n| Report { counts: vec![count(Fate::Ignored, "test", n)], refusals: Vec::new() };
    for (hours_ago, n) in [(0, 1), (0, 1), (22, 10), (25, 100), (24 * 6, 1_000), (24 * 8, 10_000)] {
        book::keep(&storage, &report(n), at(-hours_ago * HOUR)).unwrap();
    }
    let health = book::read(&storage, NOW).unwrap();
    assert_eq!(health.day, [count(Fate::Ignored, "test", 12)]);
    assert_eq!(health.week, [count(Fate::Ignored, "test", 1_112)]);
}

#[test]
fn the_book_stays_small_whatever_the_reports() {
    let storage = open();
    for hour in 0..60 * 24 {
        let counts = (0..3).map(|n| count(Fate::Rejected, &format!("reason {hour} {n}"), 1)).collect();
        book::keep(&storage, &Report { counts, refusals: Vec::new() }, at(hour * HOUR)).unwrap();
    }
    assert_eq!(rows(&storage, "health_counts"), 3 * (30 * 24 + 1));
    for n in 0..100 {
        let mut tally = Tally::new();
        (0..90).for_each(|m| tally.refuse(Fate::Rejected, &format!("{n} {m}"), &forged(n), &[]));
        book::keep(&storage, &tally.hand_over(NOW).unwrap(), at(60 * 24 * HOUR)).unwrap();
    }
    assert_eq!(rows(&storage, "health_refusals"), 20);
    let health = book::read(&storage, at(60 * 24 * HOUR)).unwrap();
    let total: u32 = health.day.iter().map(|count| count.n).sum();
    assert_eq!(total, 9_000 + 3 * 23, "nothing goes uncounted");
    assert!(health.day.len() <= MAX_REASONS + 1 + 3 * 23);
    assert_eq!(health.refusals.len(), 20);
}
