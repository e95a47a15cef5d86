//! Steps of the properties, and views of the resulting state.

use nerve_model::{Event, EventId, Proposal, ProposalStatus, QuestionStatus, RecordId};
use nerve_ports::{Row, Value};
use nerve_testkit::{World, block_on};
use std::collections::{BTreeMap, BTreeSet};

/// Delivers these events and dispatches them together.
pub(crate) fn arrive(world: &World, events: &[Event]) {
    for event in events {
        world.deliver(event);
    }
    assert_eq!(world.dispatch().failures, [""; 0]);
}

/// Approves a proposal and executes it.
pub(crate) fn approve(world: &World, proposal: &Proposal) {
    world.approve(proposal);
    world.execute(proposal.id).unwrap();
}

/// The pending proposals.
pub(crate) fn proposed(world: &World) -> Vec<Proposal> {
    world.proposals().into_iter().filter(|proposal| proposal.status == ProposalStatus::Pending).collect()
}

/// Answers every open question as a person who knows the party of each event: with another record of that party, else
/// as new.
pub(crate) fn answer_as_one_who_knows(world: &World, whose: &BTreeMap<EventId, usize>) {
    for question in world.asked(QuestionStatus::Open) {
        let sql = "SELECT e.id, r.id AS part, COALESCE(r.root, r.id) AS record
                   FROM events e JOIN records r ON r.id = e.record ORDER BY e.id";
        let known = world.db.look(sql).iter().find_map(|row| {
            let (event, part, record): (EventId, RecordId, RecordId) =
                (row.parse("id").unwrap(), row.parse("part").unwrap(), row.parse("record").unwrap());
            let same = whose[&event] == whose[&question.event] && ![part, record].contains(&question.record);
            same.then_some(record)
        });
        block_on(world.questions("Mia").answer(question.id, known)).unwrap();
    }
}

/// The values of the column `it` of a query.
pub(crate) fn column(world: &World, sql: &str) -> BTreeSet<String> {
    world.db.look(sql).iter().map(|row| row.text("it").unwrap().to_owned()).collect()
}

/// All rows of the shared database and the record objects, except some tables and columns.
pub(crate) fn everything_but(world: &World, tables: &[&str], columns: &[&str]) -> BTreeSet<String> {
    let list = "SELECT name AS it FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let shown = |table: &str, row: Row| {
        let cells = row.0.into_iter().filter(|(column, _)| !columns.contains(&&*format!("{table}.{column}")));
        format!("{table} {:?}", cells.collect::<BTreeMap<String, Value>>())
    };
    let tables: Vec<String> = column(world, list).into_iter().filter(|name| !tables.contains(&&**name)).collect();
    let rows = tables.iter().flat_map(|table| {
        world.db.look(&format!("SELECT * FROM {table}")).into_iter().map(move |row| shown(table, row))
    });
    let own = world.objects.look(list).into_iter().map(|(_, row)| row.text("it").unwrap().to_owned());
    let own: BTreeSet<String> = own.collect();
    let kept = own.iter().flat_map(|table| {
        let rows = world.objects.look(&format!("SELECT * FROM {table}"));
        rows.into_iter().map(move |(record, row)| format!("{record} {}", shown(table, row)))
    });
    rows.chain(kept).collect()
}
