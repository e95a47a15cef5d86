//! The order in which events arrive and the batches in which they are dispatched.

use crate::{
    config,
    happening::{Happening, Somebody, any_days, any_happening, strangers, told, whose},
    known::{Outcome, outcome},
    world::{answer_as_one_who_knows, arrive},
};
use nerve_model::{Event, EventId};
use nerve_testkit::World;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The step after an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The arrived events wait for others.
    Wait,
    /// The arrived events are dispatched together.
    Dispatch,
    /// The arrived events are dispatched, and a person answers the open questions.
    Answer,
}

/// The order of arrivals; some events arrive twice.
type Order = Vec<(usize, Then)>;

fn any_order(events: usize) -> impl Strategy<Value = Order> {
    let then = || prop_oneof![Just(Then::Wait), Just(Then::Dispatch), Just(Then::Answer)];
    let each = |then| prop::collection::vec(then, events + 2);
    let then = prop_oneof![
        each(Just(Then::Wait).boxed()),
        each(Just(Then::Dispatch).boxed()),
        each(Just(Then::Answer).boxed()),
        each(then().boxed())
    ];
    let order = prop::collection::vec(0..events, 2).prop_flat_map(move |again| {
        let all: Vec<usize> = (0..events).chain(again).collect();
        Just(all).prop_shuffle()
    });
    (order, then).prop_map(|(order, then)| order.into_iter().zip(then).collect())
}

fn arrived(events: &[Event], whose: &BTreeMap<EventId, usize>, order: &Order) -> World {
    let world = World::populous();
    let mut waiting = Vec::new();
    for (event, then) in order {
        waiting.push(events[*event].clone());
        if *then != Then::Wait {
            arrive(&world, &std::mem::take(&mut waiting));
        }
        if *then == Then::Answer {
            answer_as_one_who_knows(&world, whose);
        }
    }
    arrive(&world, &waiting);
    world
}

fn any_history() -> impl Strategy<Value = (Vec<Happening>, Vec<i64>, Order)> {
    prop::collection::vec(any_happening(), 1..8).prop_flat_map(|happened| {
        let order = any_order(happened.len());
        (Just(happened), any_days(), order)
    })
}

fn as_told(events: usize) -> Order {
    (0..events).map(|n| (n, Then::Dispatch)).collect()
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn the_order_of_arrival_changes_nothing((happened, days, order) in any_history()) {
        let events = told(&happened, &strangers(), &days);
        let whose = whose(&events, &happened);
        let [first, second] = [&as_told(events.len()), &order].map(|order| outcome(&arrived(&events, &whose, order)));
        prop_assert_eq!(first, second);
    }

    /// Two parties share a mail address or a telephone number, and maybe a name. Once a person who knows them has
    /// answered every question, each has its own events, whichever came first.
    #[test]
    fn parties_with_a_shared_claim_are_told_apart_in_any_order(
        (happened, days, order) in any_history(), common in 1..3_usize, members in any::<bool>(),
    ) {
        let mut parties: Vec<Somebody> = strangers();
        parties[1].claims[common] = parties[0].claims[common].clone();
        if members {
            parties[1].name = "William Lovelace";
        }
        let events = told(&happened, &parties, &days);
        let whose = whose(&events, &happened);
        let [first, second] = [&as_told(events.len()), &order].map(|order| {
            let world = arrived(&events, &whose, order);
            answer_as_one_who_knows(&world, &whose);
            told_apart(outcome(&world))
        });
        prop_assert_eq!(first, second);
    }
}

/// The parts of the state that do not depend on which questions were asked.
fn told_apart(mut outcome: Outcome) -> Outcome {
    for party in &mut outcome.parties {
        party.provisional = false;
        party.parts = 1;
    }
    outcome.terms.clear();
    outcome
}
