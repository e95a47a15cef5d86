//! Shortest scenarios that once broke a promise, by name. Each is what `cargo xtask simulate` printed.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_simulation::{Operation, Part, Said, Scenario, run};

fn holds(name: &str, operations: Vec<Operation>) {
    for takes_keys in [true, false] {
        let scenario = Scenario { takes_keys, operations: operations.clone() };
        assert_eq!(run(&scenario).map(drop).map_err(|(broken, _)| broken), Ok(()), "{name}");
    }
}

const fn said(invoice: u8, fact: u8, report: u8) -> Operation {
    let said = Said { customer: 3, invoice, fact, report, other_tool: false };
    Operation::Deliver { said, durable: true }
}

/// A copy to be reported moved the inbox's mark past deliveries that had not been tried yet.
#[test]
fn an_errand_does_not_skip_what_was_never_tried() {
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
