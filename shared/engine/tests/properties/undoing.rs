//! Merges and answers in any order, undone in any order.

use crate::{
    config,
    happening::{Happening, any_days, any_happening, strangers, told},
    known::{Outcome, outcome},
    world::{approve, arrive, column, everything_but, proposed},
};
use nerve_model::{AddNote, CreateTask, Event, EventId, MergeId, Priority, QuestionStatus, RecordId, Relation};
use nerve_testkit::{World, block_on};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A step of a test. Numbers index the records, merges or questions of the moment, modulo their count.
#[derive(Debug, Clone)]
enum Step {
    Arrive(Happening),
    Consider,
    Merge(usize, usize),
    Part(usize),
    /// Answers a question with this record, or with a new one.
    Answer(usize, Option<usize>),
    Reopen(usize),
}

fn any_merge() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..9_usize, 0..9_usize).prop_map(|(part, record)| Step::Merge(part, record)),
        1 => (0..9_usize).prop_map(Step::Part),
    ]
}

fn any_answer() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..9_usize, prop::option::of(0..9_usize)).prop_map(|(question, who)| Step::Answer(question, who)),
        1 => (0..9_usize).prop_map(Step::Reopen),
    ]
}

fn around<T: Clone>(all: &[T], n: usize) -> Option<T> {
    all.get(n % all.len().max(1)).cloned()
}

fn ids<T: std::str::FromStr>(world: &World, sql: &str) -> Vec<T> {
    column(world, sql).iter().filter_map(|id| id.parse().ok()).collect()
}

fn records(world: &World) -> Vec<RecordId> {
    ids(world, "SELECT id AS it FROM records WHERE root IS NULL")
}

fn merges(world: &World) -> Vec<MergeId> {
    ids(world, "SELECT id AS it FROM merges WHERE undone_at IS NULL")
}

/// Runs a step. Invalid steps are refused and change nothing.
fn change(world: &World, step: &Step) {
    match step {
        Step::Arrive(_) | Step::Consider => {}
        Step::Merge(part, record) => {
            let [part, record] = [part, record].map(|n| around(&records(world), *n).unwrap());
            let _refused = block_on(world.merger("Mia").merge(part, record));
        }
        Step::Part(n) => {
            let undone = around(&merges(world), *n).map(|merge| block_on(world.merger("Mia").undo(merge)).unwrap());
            drop(undone);
        }
        Step::Answer(n, who) => {
            if let Some(question) = around(&world.asked(QuestionStatus::Open), *n) {
                let who = who.and_then(|n| around(&records(world), n));
                let _refused = block_on(world.questions("Mia").answer(question.id, who));
            }
        }
        Step::Reopen(n) => {
            if let Some(question) = around(&world.asked(QuestionStatus::Answered), *n) {
                block_on(world.questions("Mia").undo(question.id)).unwrap();
            }
        }
    }
}

/// Undoes everything, in an order that `choices` determine.
fn take_all_back(world: &World, choices: &[usize]) {
    for choice in choices.iter().cycle() {
        let merges = merges(world).len();
        let all = merges + world.asked(QuestionStatus::Answered).len();
        if all == 0 {
            break;
        }
        let n = choice % all;
        change(world, &if n < merges { Step::Part(n) } else { Step::Reopen(n - merges) });
    }
}

/// People work on each record too: they add a task, a note and a link, and approve its first proposal.
fn people_keep_records(world: &World) {
    let (records, editor) = (records(world), world.editor("Mia"));
    for (n, record) in records.iter().enumerate() {
        let task = CreateTask {
            title: format!("Task {n}"),
            detail: String::new(),
            priority: Priority::Normal,
            due_at: None,
            assignee: None,
        };
        block_on(editor.add_task(*record, &task)).unwrap();
        block_on(editor.add_note(*record, &AddNote { text: format!("Note {n}") })).unwrap();
        let _itself = block_on(editor.link(*record, Relation::Related, records[0]));
    }
    if let Some(proposal) = proposed(world).first() {
        approve(world, proposal);
    }
}

/// The proposals, as a person sees them.
fn shown(world: &World) -> BTreeSet<String> {
    let shown = proposed(world).into_iter().map(|proposal| {
        let card = proposal.card;
        format!("{} {:?} {:?} {:?} {:?}", proposal.id, card.record, card.part, card.action, card.timeline)
    });
    shown.collect()
}

/// All rows without those that only record the steps, without change counters, and without marks for a new look. A
/// claim that a person once doubted stays shared; an undone merge deletes the advice about the whole.
fn everything(world: &World) -> BTreeSet<String> {
    // A count of zero equals no row.
    world.db.tamper("DELETE FROM terms WHERE n = 0");
    let tables = ["ledger", "ledger_bodies", "chains", "merges", "recombined", "advice"];
    everything_but(world, &tables, &["questions.version", "records.profile_version", "identities.shared"])
}

fn differences(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let only = |sign, these: &BTreeSet<String>, those: &BTreeSet<String>| -> Vec<String> {
        these.difference(those).map(|row| format!("{sign} {row}")).collect()
    };
    [only("before:", before, after), only("after:", after, before)].concat()
}

/// An event with the claims of two parties, which leads to a question.
fn doubtful(n: u128, i: usize, j: usize) -> Event {
    let people = strangers();
    let id = EventId::new(nerve_testkit::events::NOW, n);
    let claims = vec![people[i].claims[0].clone(), people[j].claims[1].clone()];
    let event = nerve_testkit::events::mail_from(n, "unknown@nowhere.example");
    Event { id, claims: claims.into_iter().chain(event.claims).collect(), ..event }
}

fn any_happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec(any_happening(), 3..7)
}

fn any_choices() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..100_usize, 8)
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn merges_and_answers_that_are_all_undone_leave_the_former_state(
        happened in any_happenings(), days in any_days(), doubts in prop::collection::vec((0..3_usize, 0..3_usize), 0..3),
        steps in prop::collection::vec(prop_oneof![any_merge(), any_answer()], 1..8), choices in any_choices(),
    ) {
        let world = World::populous();
        arrive(&world, &told(&happened, &strangers(), &days));
        let doubts: Vec<Event> = (100..).zip(doubts).map(|(n, (i, j))| doubtful(n, i, j)).collect();
        arrive(&world, &doubts);
        world.consider_announced();
        people_keep_records(&world);
        world.consider_announced();
        let (before, shown_before) = (everything(&world), shown(&world));
        for step in &steps {
            change(&world, step);
        }
        take_all_back(&world, &choices);
        prop_assert_eq!(differences(&before, &everything(&world)), [""; 0]);
        world.consider_announced();
        prop_assert_eq!(differences(&shown_before, &shown(&world)), [""; 0]);
        outcome(&world);
    }

    #[test]
    fn a_merge_taken_back_at_once_leaves_all_others_as_they_were(
        happened in any_happenings(), days in any_days(),
        merges in prop::collection::vec((0..9_usize, 0..9_usize), 1..6),
    ) {
        let world = World::populous();
        arrive(&world, &told(&happened, &strangers(), &days));
        people_keep_records(&world);
        world.consider_announced();
        for (part, record) in merges {
            let before = everything(&world);
            let [part, record] = [part, record].map(|n| around(&records(&world), n).unwrap());
            let merge = || block_on(world.merger("Mia").merge(part, record));
            if let Ok(made) = merge() {
                block_on(world.merger("Mia").undo(made.id)).unwrap();
                prop_assert_eq!(differences(&before, &everything(&world)), [""; 0]);
                merge().unwrap();
            }
        }
    }

    #[test]
    fn events_that_arrive_while_records_are_merged_leave_the_state_of_separate_records(
        happened in any_happenings(), days in any_days(), choices in any_choices(),
        steps in prop::collection::vec(
            prop_oneof![any_merge(), any_happening().prop_map(Step::Arrive), Just(Step::Consider)], 1..12),
    ) {
        let [merged, never] = [true, false].map(|merges| -> Outcome {
            let world = World::populous();
            arrive(&world, &told(&happened, &strangers(), &days));
            people_keep_records(&world);
            for (step, n) in steps.iter().zip(100..) {
                match step {
                    Step::Arrive(happening) => arrive(&world, &[happening.event(n, &strangers(), &days)]),
                    Step::Consider => drop(world.consider_announced()),
                    merge if merges => change(&world, merge),
                    _ => {}
                }
            }
            take_all_back(&world, &choices);
            world.consider_announced();
            outcome(&world)
        });
        prop_assert_eq!(merged, never);
    }
}
