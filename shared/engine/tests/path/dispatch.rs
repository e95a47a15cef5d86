//! Dispatch: events get from the inboxes to the records.

use crate::consider;
use nerve_intake::inbox;
use nerve_ledger::records::{NewRecord, Origin};
use nerve_model::{EventKind, Millis, RecordRef, RecordType};
use nerve_protocol::record::Span;
use nerve_situation::timeline;
use nerve_testkit::{
    Failure, Interrupted, ObjectSqlite, World, block_on,
    events::{NOW, arrive, mail_from, payment_failed, record_id},
    person,
};

#[test]
fn any_failing_write_leaves_an_event_that_reaches_its_record() {
    for failing in 0..6 {
        for failure in [Failure::Lost, Failure::ReportedLost] {
            let world = World::new();
            world.deliver(&payment_failed(1, "in_1"));
            let mut script = vec![Failure::None; failing];
            script.push(failure);
            world.db.failures.script(script);
            for _ in 0..4 {
                world.dispatch();
                world.later(Millis::minutes(11));
            }
            world.db.failures.clear();
            assert_eq!(consider(&world).proposed, 2, "call {failing} {failure:?}");
        }
    }
}

#[test]
fn without_database_or_record_object_events_wait_and_nothing_is_lost() {
    let world = World::new();
    world.db.failures.outage(true);
    for n in 1..=3 {
        world.deliver(&payment_failed(n, &format!("in_{n}")));
    }
    assert_eq!(world.dispatch().failures.len(), 3);
    world.db.failures.outage(false);
    world.objects.away(true);
    world.later(Millis::minutes(1));
    assert_eq!(world.dispatch().failures.len(), 3);
    world.objects.away(false);
    assert_eq!(world.dispatch().failures.len(), 0, "not due yet");
    world.later(Millis::minutes(1));
    assert_eq!(world.dispatch().failures.len(), 0);
    assert_eq!(consider(&world).events, 3);
}

#[test]
fn a_confirmed_mail_of_a_known_vendor_is_a_reply_also_when_it_is_dispatched_twice() {
    let world = World::new();
    let mail = mail_from(1, "eva@acme.example");
    let vendor = RecordRef { record_type: RecordType::Vendor, name: "Acme".to_owned(), id: record_id(7) };
    let known = NewRecord { claims: vec![mail.claims[0].clone()], ..NewRecord::named(vendor.clone()) };
    world.create(&known, &Origin::of(person("Grace"), NOW));
    world.objects.away(true);
    world.deliver(&mail);
    assert_eq!(world.dispatch().failures.len(), 1, "indexed, and not on the timeline yet");
    world.objects.away(false);
    world.later(Millis::minutes(10));
    assert_eq!(world.dispatch().failures.len(), 0);
    let stored = world.stored(&mail);
    let entry = world
        .objects
        .timeline(vendor.id, |storage| timeline::page(storage, &Span { limit: 10, ..Span::default() }))
        .unwrap()
        .entries;
    let kinds = [stored.event.kind(), entry[0].event.kind()];
    assert_eq!((kinds, entry.len()), ([EventKind::VendorReplied; 2], 1));
    let stranger = mail_from(2, "eve@elsewhere.example");
    world.deliver(&stranger);
    world.dispatch();
    let stored = world.stored(&stranger);
    assert_eq!(stored.event.kind(), EventKind::EmailReceived);
}

#[test]
fn two_new_customers_events_at_once_make_one_record() {
    let world = World::new();
    let other = ObjectSqlite::default();
    inbox::open(&other).unwrap();
    let (first, second) = (payment_failed(1, "in_1"), payment_failed(2, "in_2"));
    world.deliver(&first);
    arrive(&other, "stripe:1", &second, NOW);
    // Between the other dispatch's read and its write, this one creates the customer.
    let first_one = || assert_eq!(world.dispatch().failures.len(), 0);
    let db = Interrupted::new(&world.db, 1, |sql| sql.starts_with("INSERT"), &first_one);
    let dispatched = block_on(world.dispatcher(&db).dispatch(&other)).unwrap();
    assert_eq!(dispatched.failures, Vec::<String>::new());
    assert_eq!(consider(&world).events, 2, "both on the one record");
}
