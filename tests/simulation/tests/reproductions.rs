//! The shortest scenarios that once broke a promise, by name, as `cargo xtask simulate` printed them.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_simulation::{Happening, Operation, Part, Scenario, run};

fn holds(name: &str, operations: Vec<Operation>) {
    for takes_keys in [true, false] {
        let scenario = Scenario { takes_keys, operations: operations.clone() };
        assert_eq!(run(&scenario).map(drop).map_err(|(broken, _)| broken), Ok(()), "{name}");
    }
}

const fn said(invoice: u8, fact: u8, report: u8) -> Operation {
    let said = Happening { customer: 3, invoice, fact, report, other_tool: false, also: None };
    Operation::Deliver { said, durable: true }
}

/// A copy to be reported moved the inbox's mark past deliveries that were never tried.
#[test]
fn a_retry_does_not_skip_deliveries_that_were_never_tried() {
    holds(
        "errand moves the mark",
        vec![
            said(1, 1, 1),
            said(2, 3, 2),
            Operation::Outage { part: Part::Database, away: true },
            said(1, 2, 0),
            said(1, 2, 0),
            Operation::Wait { millis: 180_390 },
            Operation::Alarm { inbox: 203, early: false },
            Operation::Finish,
        ],
    );
}

/// A person merged a known customer into a record with an open question, and the customer's events waited for its
/// answer.
#[test]
fn a_customer_merged_into_an_open_question_does_not_wait_for_an_answer() {
    let unclear = Happening { customer: 3, invoice: 2, fact: 1, report: 2, other_tool: false, also: Some(0) };
    let known = Happening { customer: 0, invoice: 1, fact: 4, also: None, ..unclear };
    let deliver = |said| Operation::Deliver { said, durable: true };
    let rings = [Operation::Wait { millis: 3_000 }, Operation::Alarm { inbox: 0, early: true }, Operation::Finish];
    let mut operations = vec![deliver(Happening { customer: 3, ..known }), deliver(known)];
    operations.extend(rings);
    operations.push(deliver(unclear));
    operations.extend(rings);
    for part in 0..3 {
        let merged = operations.iter().copied().chain([Operation::Merge { part, record: 2 }]).collect();
        holds("merged into an open question", merged);
    }
}
