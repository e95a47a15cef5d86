//! Identity resolution, natively: known, similar and ambiguous parties, and associations.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::{Considered, MergeError, QuestionError};
use nerve_ledger::{
    associations,
    chain::{Body, Entry, EntryKind},
    imports::Counts,
    links, questions, records,
};
use nerve_model::{
    ActionKind, Actor, Attributes, Claim, ClaimKind, Event, Fact, FormSubmitted, MatchVerdict, Millis, ProposalStatus,
    QuestionStatus, RecordFields, RecordId, RecordRef, RecordType, Relation, Role, Subject, SupportEscalated,
};
use nerve_ports::{Database, ObjectStorage, Statement};
use nerve_situation::{DOCUMENT_BYTES, Document};
use nerve_testkit::{
    World, block_on,
    events::{NOW, ada, event, mail_from, payment_failed, record_id},
    person,
};

/// Dispatches an event; returns its record and the verdict of the match.
fn happens(world: &World, event: &Event) -> (RecordId, MatchVerdict) {
    all_happen(world, &[event])[0]
}

fn all_happen(world: &World, events: &[&Event]) -> Vec<(RecordId, MatchVerdict)> {
    for event in events {
        world.deliver(event);
    }
    assert_eq!(world.dispatch().failures, Vec::<String>::new());
    events.iter().map(|event| came_to(world, event)).collect()
}

fn came_to(world: &World, event: &Event) -> (RecordId, MatchVerdict) {
    let stored = world.stored(event);
    (stored.record, stored.matched.verdict)
}

/// The candidates of an event's question.
fn candidates(world: &World, event: &Event) -> Vec<String> {
    let (asked, verdict) = happens(world, event);
    assert_eq!(verdict, MatchVerdict::Ambiguous);
    let question = world.asked(QuestionStatus::Open).into_iter().find(|question| question.record == asked).unwrap();
    question.candidates.into_iter().map(|candidate| candidate.record.name).collect()
}

/// A record that a person entered.
fn known(world: &World, n: u128, record_type: RecordType, name: &str, claims: &[Claim]) -> RecordId {
    let record = RecordRef { id: record_id(n), record_type, name: name.to_owned() };
    world.create(&records::NewRecord::named(record.clone()), &records::Origin::of(Actor::system("context"), NOW));
    let claims = claims.iter().map(|claim| records::learn(record.id, claim, event_id(n), NOW));
    block_on(world.db.batch(claims.collect())).unwrap();
    record.id
}

fn records_there(world: &World) -> usize {
    world.db.look("SELECT id FROM records").len()
}

fn answer(world: &World, question: &questions::Question, record: Option<RecordId>) -> questions::Question {
    world.situations.take();
    block_on(world.questions("Mia").answer(question.id, record)).unwrap()
}

/// The number of failed payments that are not decided.
fn undecided(world: &World) -> usize {
    world.db.look("SELECT id FROM events WHERE decided_at IS NULL AND kind = 'payment.failed'").len()
}

/// An escalation by a party that two customers could be, and its question.
fn escalated(world: &World) -> (RecordId, RecordId, Event, questions::Question) {
    let (ada, grace, _) = shared_number(world);
    let fact = Fact::SupportEscalated(SupportEscalated {
        ticket: "77".to_owned(),
        subject: Some("Heating is off".to_owned()),
        status: None,
        priority: Some("urgent".to_owned()),
        group: None,
        assignee: None,
        because: "urgent".to_owned(),
    });
    let event = event(9, fact, "ticket 77", "zendesk:ticket:77");
    let event = Event { claims: vec![phone("+4930123456")], party_name: None, ..event };
    happens(world, &event);
    (ada, grace, event, world.asked(QuestionStatus::Open).remove(0))
}

fn kinds(proposals: &[nerve_model::Proposal]) -> Vec<ActionKind> {
    let mut kinds: Vec<_> = proposals.iter().map(|proposal| proposal.card.action.kind()).collect();
    kinds.sort_by_key(|kind| kind.as_str());
    kinds
}

#[test]
fn what_needs_no_identity_is_proposed_while_the_question_is_open() {
    let world = World::populous();
    let (.., question) = escalated(&world);
    assert!(!question.urgent);
    world.consider(question.record);
    let early = world.proposals_about(question.record);
    let expected = [ActionKind::CreateTask, ActionKind::CreateTask, ActionKind::NotifyInternal];
    assert_eq!(kinds(&early), expected, "no draft: it addresses the customer");
    let is_held = |proposal: &nerve_model::Proposal| {
        proposal.status == ProposalStatus::Pending && proposal.card.matched.verdict == MatchVerdict::Ambiguous
    };
    assert!(early.iter().all(is_held), "{early:?}");
    assert!(world.asked(QuestionStatus::Open)[0].urgent, "what waits is urgent");
    assert_eq!(world.consider(question.record), Considered::default(), "each once");
    assert_eq!(world.proposals_about(question.record), early, "and nothing changes");
    assert_eq!(undecided(&world), 1, "the rest waits");
    world.ledger_verified();
}

/// Whichever answer is given: what was proposed early is shown with the match that was said, and only the rest is new.
#[test]
fn an_answer_refreshes_what_was_proposed_early_and_repeats_nothing() {
    for is_ada in [true, false] {
        let world = World::populous();
        let (ada, _, _, question) = escalated(&world);
        world.consider(question.record);
        let early = world.proposals_about(question.record);
        let (done, kept) = (early[0].id, early[1].id);
        block_on(world.review("Mia").reject(done, "")).unwrap();
        let said = is_ada.then_some(ada);
        answer(&world, &question, said);
        let record = said.unwrap_or(question.record);
        let considered = world.consider(record);
        assert_eq!(undecided(&world), 0);
        let all: Vec<_> = world.proposals_about(record);
        let about: Vec<_> = all.into_iter().filter(|proposal| proposal.card.home() == question.record).collect();
        let expected =
            [ActionKind::CreateTask, ActionKind::CreateTask, ActionKind::DraftMessage, ActionKind::NotifyInternal];
        assert_eq!(
            (kinds(&about), considered.proposed),
            (expected.to_vec(), 1 + u32::from(is_ada)),
            "the draft joins them; Ada's form"
        );
        assert_eq!(world.status(done), ProposalStatus::Rejected);
        let shown = world.current(kept).card;
        assert_eq!((shown.record.id, shown.matched.verdict), (record, MatchVerdict::Confident));
        assert_eq!(shown.matched.evidence[0].finding, "Mia said so");
        assert!(!shown.gates[1].reason.contains("More than one"), "{:?}", shown.gates[1]);
        world.ledger_verified();
    }
}

#[test]
fn an_edit_of_an_early_proposal_outlives_the_answer() {
    let world = World::populous();
    let (ada, _, _, question) = escalated(&world);
    world.consider(question.record);
    let early = world.proposals_about(question.record);
    let notify = early.iter().find(|proposal| proposal.card.action.kind() == ActionKind::NotifyInternal).unwrap();
    let mut params = notify.card.action.params();
    params["text"] = "Look at once".into();
    block_on(world.review("Mia").edit(notify.id, params)).unwrap();
    answer(&world, &question, Some(ada));
    world.consider(ada);
    let card = world.current(notify.id).card;
    assert_eq!((card.action.headline(), card.record.id), ("Look at once", ada));
}

/// The hint that an event waits may be lost: the sweeper repeats it until the agent has looked.
#[test]
fn the_sweeper_announces_what_waits_unseen() {
    let world = World::populous();
    let (.., question) = escalated(&world);
    assert!(swept(&world).contains(&question.record));
    world.consider(question.record);
    assert!(!swept(&world).contains(&question.record));
    let late = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(10, "in_0010") };
    happens(&world, &late);
    assert!(swept(&world).contains(&question.record), "a later event");
    world.consider(question.record);
    assert!(!swept(&world).contains(&question.record));
}

/// The records that the sweeper announces again.
fn swept(world: &World) -> Vec<RecordId> {
    world.situations.take();
    world.at(NOW + Millis::minutes(2)).sweep();
    world.at(NOW).situations.take()
}

fn associated(world: &World, event: &Event) -> Vec<(RecordId, String)> {
    let associations = block_on(associations::of_event(&world.db, event.id)).unwrap();
    associations.into_iter().map(|association| (association.record.id, association.how)).collect()
}

/// Imports a short file.
fn import(world: &World, file: &str) -> Counts {
    let importer = world.importer();
    let draft = block_on(importer.receive("f.csv", file.as_bytes(), Actor::system("test"))).unwrap();
    block_on(importer.step(draft.id)).unwrap().counts
}

fn event_id(n: u128) -> nerve_model::EventId {
    nerve_model::EventId::new(NOW, n)
}

fn claim(kind: ClaimKind, value: &str) -> Claim {
    Claim { kind, value: value.to_owned(), role: Role::Customer }
}

fn email(value: &str) -> Claim {
    claim(ClaimKind::Email, value)
}

fn phone(value: &str) -> Claim {
    claim(ClaimKind::Phone, value)
}

/// A submitted form with this name and these claims.
fn form(n: u128, name: Option<&str>, claims: &[Claim]) -> Event {
    let form =
        FormSubmitted { form: "f".to_owned(), title: None, submission: Some(n.to_string()), answers: Vec::new() };
    let event = event(n, Fact::FormSubmitted(form), &format!("form {n}"), &format!("typeform:response:{n}"));
    Event { claims: claims.to_vec(), party_name: name.map(str::to_owned), ..event }
}

const ADA: &str = "ada.lovelace@example.com";

#[test]
fn one_exact_claim_decides_and_teaches_the_others() {
    let world = World::populous();
    let (ada, verdict) = happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA)]));
    assert_eq!(verdict, MatchVerdict::New);
    let cases = [
        (form(2, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]), MatchVerdict::Confident),
        (form(3, None, &[phone("+4930123456")]), MatchVerdict::Confident),
        (form(4, Some("A. Lovelace"), &[phone("+4930123456")]), MatchVerdict::Confident),
    ];
    for (event, verdict) in cases {
        assert_eq!(happens(&world, &event), (ada, verdict), "{:?}", event.claims);
    }
    assert_eq!((records_there(&world), world.asked(QuestionStatus::Open).len()), (1, 0));
}

#[test]
fn a_similar_party_is_found_without_an_exact_claim() {
    let world = World::populous();
    let address = claim(ClaimKind::Address, "Elm Street 12, 10115 Berlin");
    let (ada, _) =
        happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456"), address.clone()]));
    let again = form(2, Some("Ada Lovelace"), &[email("ada.lovelace@exmaple.com"), address]);
    assert_eq!(happens(&world, &again), (ada, MatchVerdict::Confident));
    // The claim gained from it decides from now on.
    let typo = form(3, None, &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(happens(&world, &typo), (ada, MatchVerdict::Confident));
    let stored = world.stored(&again).matched;
    assert!(stored.evidence.iter().any(|evidence| evidence.field == ClaimKind::Name && evidence.weight > 1.0));
}

#[test]
fn an_imported_record_is_found_without_an_exact_claim() {
    let world = World::populous();
    let read = |file: &str| assert_eq!(import(&world, file).refused, 0);
    read(&format!("Name,Email,Phone\nAda Lovelace,{ADA},\nGrace Hopper,,+4930123456\n"));
    let typo = form(1, Some("Ada Lovelacce"), &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(candidates(&world, &typo), ["Ada Lovelace"]);
    // A claim from a later file is found too.
    read("Name,Email,Phone\nGrace Hopper,grace.hopper@navy.example,+4930123456\n");
    let typo = form(2, Some("Grace Hoper"), &[email("grace.hopper@navi.example")]);
    assert_eq!(candidates(&world, &typo), ["Grace Hopper"]);
    world.ledger_verified();
}

#[test]
fn a_file_tells_more_of_whom_is_asked_about_without_making_them_found() {
    let world = World::populous();
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    happens(&world, &form(1, None, &[cus(1)]));
    happens(&world, &form(2, None, &[cus(2)]));
    let (asked, _) = happens(&world, &form(3, None, &[cus(1), cus(2), email(ADA)]));
    let file = format!("Name,Email,Phone\nAda Lovelace,{ADA},+4930123456\n");
    assert_eq!(import(&world, &file).changed, 1);
    let keys = || world.db.look(&format!("SELECT key FROM record_keys WHERE record = '{asked}'"));
    assert_eq!(keys(), []);
    answer(&world, &world.asked(QuestionStatus::Open)[0], None);
    assert!(!keys().is_empty(), "once it is said that it is somebody new");
    let typo = form(4, Some("Ada Lovelacce"), &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(candidates(&world, &typo), ["Ada Lovelace"]);
}

#[test]
fn somebody_else_with_the_same_telephone_is_somebody_else() {
    let world = World::populous();
    let (ada, _) = happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]));
    let (grace, verdict) =
        happens(&world, &form(2, Some("Grace Hopper"), &[email("grace@navy.example"), phone("+4930123456")]));
    assert_eq!((verdict, grace == ada), (MatchVerdict::New, false));
    // With a name the two are told apart despite the shared number.
    let (third, verdict) = happens(&world, &form(3, Some("Grace Hopper"), &[phone("+4930123456")]));
    assert_eq!((third, verdict), (grace, MatchVerdict::Confident));
    // The number alone no longer identifies either of the two.
    let (asked, verdict) = happens(&world, &form(4, None, &[phone("+4930123456")]));
    assert_eq!((verdict, [ada, grace].contains(&asked)), (MatchVerdict::Ambiguous, false));
    let question = &world.asked(QuestionStatus::Open)[0];
    let mut candidates: Vec<_> = question.candidates.iter().map(|candidate| candidate.record.id).collect();
    candidates.sort();
    let mut both = vec![ada, grace];
    both.sort();
    assert_eq!((question.record, candidates), (asked, both));
}

#[test]
fn a_question_is_asked_once_and_what_comes_meanwhile_waits_with_it() {
    let world = World::populous();
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    let (ada, _) = happens(&world, &form(1, None, &[cus(1)]));
    let (grace, _) = happens(&world, &form(2, None, &[cus(2)]));
    let both = [form(3, None, &[cus(1), cus(2)]), form(4, None, &[cus(2), cus(1)])];
    let came = all_happen(&world, &[&both[0], &both[1]]);
    let (asked, _) = came[0];
    assert_eq!(came, [(asked, MatchVerdict::Ambiguous); 2]);
    assert!(![ada, grace].contains(&asked));
    // A claim from an ambiguous event leads to its question too.
    let unclear = form(5, None, &[cus(1), cus(2), email("new@example.com")]);
    let (second, _) = happens(&world, &unclear);
    assert_eq!(happens(&world, &form(6, None, &[email("new@example.com")])), (second, MatchVerdict::Ambiguous));
    assert_eq!(world.asked(QuestionStatus::Open).len(), 2);
    assert_eq!(happens(&world, &form(7, None, &[cus(1)])), (ada, MatchVerdict::Confident), "others are not held up");
}

#[test]
fn an_event_sees_the_claims_of_earlier_events_of_its_batch() {
    let world = World::populous();
    let one = form(1, Some("Ada Lovelace"), &[email(ADA)]);
    let two = form(2, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]);
    let three = form(3, Some("Ada Lovelace"), &[phone("+4930123456")]);
    let came = all_happen(&world, &[&one, &two, &three]);
    assert!(came.iter().all(|(record, _)| *record == came[0].0), "{came:?}");
    assert_eq!(records_there(&world), 1);
}

#[test]
fn an_event_finds_everything_it_is_about() {
    let world = World::populous();
    let serial = Claim { kind: ClaimKind::Serial, value: "SN-77-A".to_owned(), role: Role::Asset };
    let boiler = known(&world, 11, RecordType::Asset, "Boiler", std::slice::from_ref(&serial));
    let deal = Claim { kind: ClaimKind::External, value: "hubspot:deal:1/42".to_owned(), role: Role::Customer };
    let sale = known(&world, 12, RecordType::Deal, "Kitchen", &[deal]);
    let vendor = Claim { kind: ClaimKind::Email, value: "eva@acme.example".to_owned(), role: Role::Customer };
    let acme = known(&world, 13, RecordType::Vendor, "Acme", &[vendor]);
    let (ada, _) = happens(&world, &payment_failed(1, "in_0001"));
    let mut mail = mail_from(2, "eva@acme.example");
    if let Fact::EmailReceived(message) = &mut mail.fact {
        message.subject = Some("Re: invoice NRV-in_0001, boiler SN-77-A".to_owned());
        message.text = "As for hubspot:deal:1/42, 2 hoods at 2,480 euros.".to_owned();
    }
    assert_eq!(happens(&world, &mail), (acme, MatchVerdict::Confident));
    let expected = [
        (ada, "names invoice nrv-in_0001".to_owned()),
        (boiler, "names serial SN-77-A".to_owned()),
        (sale, "names external hubspot:deal:1/42".to_owned()),
    ];
    let mut found = associated(&world, &mail);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let claimed = Event { claims: vec![email("ada@example.com"), serial], ..form(3, None, &[]) };
    assert_eq!(happens(&world, &claimed), (ada, MatchVerdict::Confident));
    assert_eq!(associated(&world, &claimed), [(boiler, "has serial SN-77-A".to_owned())]);
}

#[test]
fn the_answer_to_a_message_is_about_what_that_was_about() {
    let world = World::populous();
    let deal = Claim { kind: ClaimKind::External, value: "hubspot:deal:1/42".to_owned(), role: Role::Customer };
    let sale = known(&world, 12, RecordType::Deal, "Kitchen", &[deal]);
    let mail = |n, text: &str, answers: Option<&str>| {
        let mut mail = Event { party_name: Some("Eva Acme".to_owned()), ..mail_from(n, "eva@acme.example") };
        if let Fact::EmailReceived(message) = &mut mail.fact {
            message.text = text.to_owned();
            message.in_reply_to = answers.map(str::to_owned);
        }
        mail
    };
    happens(&world, &mail(1, "About hubspot:deal:1/42", None));
    let answer = mail(2, "Agreed.", Some("<mail-1@mail.example>"));
    happens(&world, &answer);
    let how = "the message answers one about it".to_owned();
    assert_eq!(associated(&world, &answer), [(sale, how)]);
    let other = mail(3, "Agreed.", Some("mail-9@mail.example"));
    happens(&world, &other);
    assert_eq!(associated(&world, &other), []);
}

#[test]
fn a_number_that_two_records_have_refers_to_neither() {
    let world = World::populous();
    for (n, name) in [(1, "Ada Lovelace"), (2, "Grace Hopper")] {
        let mut failed = payment_failed(n, "in_0001");
        failed.claims = vec![claim(ClaimKind::External, &format!("stripe:customer:{n}"))];
        failed.party_name = Some(name.to_owned());
        happens(&world, &failed);
    }
    let mut mail = mail_from(3, "eve@elsewhere.example");
    mail.party_name = Some("Eve Moneypenny".to_owned());
    if let Fact::EmailReceived(message) = &mut mail.fact {
        message.subject = Some("Invoice NRV-in_0001".to_owned());
    }
    happens(&world, &mail);
    assert_eq!(associated(&world, &mail), []);
}

/// A deal of the CRM moves to a stage, this many days from now.
fn moved(n: u128, to: &str, days: i64) -> Event {
    let moved = nerve_model::RecordStageChanged {
        object: "deal".to_owned(),
        id: "42".to_owned(),
        property: None,
        name: Some("Kitchen".to_owned()),
        from: None,
        to: Some(to.to_owned()).filter(|to| !to.is_empty()),
        changed_by: None,
    };
    Event {
        claims: Vec::new(),
        party_name: None,
        subject: Subject::new("hubspot:deal:1/42"),
        occurred_at: NOW + Millis::days(days),
        ..event(n, Fact::RecordStageChanged(moved), &format!("moved {n}"), "x")
    }
}

#[test]
fn a_deal_nobody_knows_becomes_a_deal_at_the_stage_that_was_told_last() {
    let world = World::populous();
    let (deal, _) = happens(&world, &moved(1, "offer", 0));
    let stored = || block_on(records::get(&world.db, deal)).unwrap().unwrap();
    let record = stored();
    assert_eq!((record.record_type, record.name.as_str()), (RecordType::Deal, "Kitchen"));
    assert_eq!(record.stage.as_deref(), Some("offer"));
    let cases = [
        (moved(2, "negotiation", 2), "negotiation"),
        (moved(3, "lead", -1), "negotiation"),
        (moved(4, "won", 3), "won"),
        (moved(5, "won", 4), "won"),
    ];
    for (event, stage) in cases {
        assert_eq!(happens(&world, &event).0, deal);
        assert_eq!(stored().stage.as_deref(), Some(stage), "{}", event.semantic_key);
    }
    // A person sets the stage at a later time.
    let fields = RecordFields { stage: Some("lost".to_owned()), ..stored().fields() };
    let edit = records::update(deal, stored().version, &fields, NOW + Millis::days(5));
    block_on(world.db.batch(vec![edit])).unwrap();
    happens(&world, &moved(6, "offer", 4));
    assert_eq!(stored().stage.as_deref(), Some("lost"));
    happens(&world, &moved(7, "reopened", 6));
    assert_eq!(stored().stage.as_deref(), Some("reopened"));
    happens(&world, &moved(8, "", 7));
    assert_eq!(stored().stage, None, "it was taken away");
    happens(&world, &moved(9, "offer", 6));
    assert_eq!(stored().stage, None, "an older report arrives late");
}

fn link(world: &World, record: RecordId, relation: Relation, other: RecordId) {
    block_on(world.db.batch(vec![links::insert(record, relation, other, NOW)])).unwrap();
}

fn at_stage(world: &World, record: RecordId, stage: &str) {
    let moved = records::say_stage(record, Some(stage), NOW + Millis::days(1), NOW);
    block_on(world.db.batch(vec![moved])).unwrap();
}

/// The text of a record's situation document.
fn told(world: &World, record: RecordId) -> String {
    Document::of(&world.situation(record), NOW, DOCUMENT_BYTES).to_string()
}

#[test]
fn a_vendor_s_answer_is_about_the_only_work_under_way_or_about_the_one_it_names() {
    let world = World::populous();
    let acme = known(&world, 7, RecordType::Vendor, "Acme", &[email("eva@acme.example")]);
    let roof = known(&world, 8, RecordType::Deal, "New roof", &[]);
    let kitchen = known(&world, 9, RecordType::Project, "Kitchen Hill Street", &[]);
    link(&world, roof, Relation::Vendor, acme);
    link(&world, kitchen, Relation::Vendor, acme);
    let mut n = 0;
    let mut answers = |text: &str| {
        n += 1;
        let mut mail = mail_from(n, "eva@acme.example");
        if let Fact::EmailReceived(message) = &mut mail.fact {
            message.text = text.to_owned();
        }
        assert_eq!(happens(&world, &mail), (acme, MatchVerdict::Confident));
        associated(&world, &mail)
    };
    assert_eq!(answers("Here is our estimate."), [], "there are two");
    assert_eq!(answers("For the new-roof: 2,480 euros."), [(roof, "names the deal".to_owned())]);
    assert!(
        told(&world, acme).contains("Missing: no telephone number; which deal or project a vendor's answer is about")
    );
    at_stage(&world, roof, "Closed won");
    let only = "the only project under way with Acme".to_owned();
    assert_eq!(answers("Here is our estimate."), [(kitchen, only)]);
    let told = told(&world, acme);
    assert!(told.contains("[vendor.replied, stripe], about project Kitchen Hill Street\n"), "{told}");
    assert!(told.contains("[vendor.replied, stripe], about deal New roof\n"), "{told}");
    at_stage(&world, kitchen, "done");
    assert_eq!(answers("Anything else?"), [], "nothing is under way");
}

#[test]
fn an_event_of_a_deal_is_associated_with_its_customer() {
    let world = World::populous();
    let (deal, _) = happens(&world, &moved(1, "offer", 0));
    let (ada, _) = happens(&world, &form(2, Some("Ada Lovelace"), &[email(ADA)]));
    link(&world, deal, Relation::Customer, ada);
    let further = moved(3, "won", 2);
    assert_eq!(happens(&world, &further).0, deal);
    assert_eq!(associated(&world, &further), [(ada, "the customer of Kitchen".to_owned())]);
    let writes = form(4, None, &[email(ADA)]);
    happens(&world, &writes);
    assert_eq!(associated(&world, &writes), [], "it is over");
}

#[test]
fn an_event_without_a_party_finds_the_owner_of_its_invoice() {
    let world = World::populous();
    let (ada, _) = happens(&world, &payment_failed(1, "in_0001"));
    let bare = |n, id: &str| Event { claims: Vec::new(), party_name: None, ..payment_failed(n, id) };
    assert_eq!(happens(&world, &bare(2, "in_0001")), (ada, MatchVerdict::Confident));
    let (nobody, verdict) = happens(&world, &bare(3, "in_0002"));
    assert_eq!((verdict, nobody == ada), (MatchVerdict::New, false));
    // A party that names itself is not taken for the subject's owner.
    let grace = Event { claims: vec![email("grace@navy.example")], ..bare(4, "in_0001") };
    let (other, _) = happens(&world, &grace);
    assert_ne!(other, ada);
    assert_eq!(associated(&world, &grace), [(ada, "is kept as stripe:invoice:in_0001".to_owned())]);
}

#[test]
fn changes_by_people_are_shown_until_the_next_decision() {
    let world = World::populous();
    let (ada, _) = happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA)]));
    let note = |text: &str| {
        let (kind, body) = (EntryKind::NoteAdded, Body { note: Some(text.to_owned()), ..Body::default() });
        world.enter(ada, &Entry { kind, at: NOW, actor: person("Mia"), proposal: None, event: None, body });
    };
    (0..12).for_each(|n| note(&format!("Likes tea {n}")));
    let before = told(&world, ada);
    let first = "Changed since the last decision:\n- 2026-11-23 10:00 UTC  Note added: Likes tea 2, by Mia\n";
    assert!(before.contains(first), "{before}");
    assert!(before.contains("Likes tea 11, by Mia\n"), "{before}");
    happens(&world, &payment_failed(2, "in_1"));
    let adas = world.stored(&payment_failed(2, "in_1")).record;
    world.consider(adas);
    assert!(!told(&world, adas).contains("Changed since"));
}

#[test]
fn a_mail_from_another_address_is_no_vendor_reply() {
    let world = World::populous();
    known(&world, 7, RecordType::Vendor, "Eva Acme", &[email("eva@acme.example"), phone("+4930777777")]);
    let named = |n, address: &str| Event { party_name: Some("Eva Acme".to_owned()), ..mail_from(n, address) };
    let replied = |event: &Event| {
        happens(&world, event);
        world.stored(event).event.kind().to_string()
    };
    assert_eq!(replied(&named(1, "eva@acme.example")), "vendor.replied");
    assert_eq!(replied(&named(2, "eva@evil.example")), "email.received");
    let mut calls_there = named(3, "eva@other.example");
    calls_there.claims.push(phone("+4930777777"));
    assert_eq!(replied(&calls_there), "email.received");
    assert_eq!(
        came_to(&world, &calls_there),
        (record_id(7), MatchVerdict::Confident),
        "although it is about the vendor"
    );
}

#[test]
fn dispatching_again_changes_nothing() {
    let world = World::populous();
    let tables =
        ["records", "identities", "record_keys", "terms", "handles", "questions", "associations", "events", "ledger"];
    let state = || tables.map(|table| world.db.look(&format!("SELECT * FROM {table}")));
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    let happened = [form(1, Some("Ada"), &[cus(1)]), form(2, None, &[cus(2)]), form(3, None, &[cus(1), cus(2)])];
    all_happen(&world, &happened.each_ref());
    let before = state();
    let again = Statement::new("UPDATE progress SET dispatched = 0", []);
    world.objects.inboxes()[0].execute(again).unwrap();
    assert_eq!(world.dispatch().done, 3);
    assert_eq!(state(), before);
}

/// Two customers with a shared telephone number, and a failed payment of either of them.
fn shared_number(world: &World) -> (RecordId, RecordId, questions::Question) {
    let number = phone("+4930123456");
    let (ada, _) = happens(world, &form(1, Some("Ada Lovelace"), &[email(ADA), number.clone()]));
    let (grace, _) = happens(world, &form(2, Some("Grace Hopper"), &[email("grace@navy.example"), number.clone()]));
    let failed = Event { claims: vec![number], party_name: None, ..payment_failed(3, "in_0001") };
    let (_, verdict) = happens(world, &failed);
    assert_eq!(verdict, MatchVerdict::Ambiguous);
    (ada, grace, world.asked(QuestionStatus::Open).remove(0))
}

#[test]
fn a_shared_number_reaches_both_and_recognizes_neither() {
    let world = World::populous();
    let (ada, grace, _) = shared_number(&world);
    let known = |record| {
        let situation = world.situation(record);
        assert_eq!(situation.addresses.len(), 1);
        let Document { who, missing, .. } = Document::of(&situation, NOW, DOCUMENT_BYTES);
        (who.known_by.into_iter().filter(|known| known.contains("phone")).collect::<Vec<_>>(), missing)
    };
    assert_eq!(known(ada).0, ["phone +4930123456"]);
    let (phones, missing) = known(grace);
    assert_eq!(phones, ["phone +4930123456, shared with others"]);
    assert!(!missing.contains(&"no telephone number".to_owned()), "{missing:?}");
}

#[test]
fn events_wait_until_a_person_answers_the_question() {
    let world = World::populous();
    let (ada, _, question) = shared_number(&world);
    assert_eq!(world.consider(question.record), Considered { proposed: 1, ..Considered::default() });
    assert!(!swept(&world,).contains(&question.record), "the sweeper does not hammer");
    assert_eq!(undecided(&world), 1);
    let answered = answer(&world, &question, Some(ada));
    let answer = answered.answer.clone().unwrap();
    assert_eq!((answered.status, answer.record, answer.merge.is_some()), (QuestionStatus::Answered, Some(ada), true));
    assert_eq!(world.situations.take(), [ada]);
    world.consider(ada);
    let proposals = world.db.look("SELECT card FROM proposals");
    assert!(!proposals.is_empty());
    let card: nerve_model::Card = proposals[0].json("card").unwrap();
    assert_eq!((card.record.id, card.matched.verdict), (ada, MatchVerdict::Confident));
    assert_eq!(card.matched.evidence[0].finding, "Mia said so");
    // The same event data again leads to no new question.
    let again = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(4, "in_0002") };
    assert_eq!(happens(&world, &again).1, MatchVerdict::Confident);
    let situation = world.situation(ada);
    assert!(situation.pending.iter().any(|entry| entry.event.id == again.id), "it is Ada's as well");
    assert_eq!(world.asked(QuestionStatus::Open), []);
    world.ledger_verified();
}

#[test]
fn somebody_new_is_confirmed_and_found_from_then_on() {
    let world = World::populous();
    let (ada, grace, question) = shared_number(&world);
    let answered = answer(&world, &question, None);
    assert_eq!((answered.answer.unwrap().record, world.situations.take()), (None, vec![question.record]));
    assert!(!block_on(records::get(&world.db, question.record)).unwrap().unwrap().provisional);
    assert!(world.consider(question.record).proposed > 0);
    assert!(![ada, grace].contains(&question.record));
    let again = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(4, "in_0002") };
    assert_eq!(happens(&world, &again), (question.record, MatchVerdict::Confident));
    world.ledger_verified();
}

#[test]
fn an_answer_is_given_once_and_can_be_taken_back() {
    let world = World::populous();
    let (ada, grace, question) = shared_number(&world);
    let keys = || world.db.look("SELECT * FROM record_keys");
    let before = keys();
    answer(&world, &question, Some(ada));
    let again = block_on(world.questions("Mia").answer(question.id, Some(grace)));
    assert!(matches!(again, Err(QuestionError::Answered { .. })), "{again:?}");
    let open = block_on(world.questions("Mia").undo(question.id)).unwrap();
    assert_eq!((open.status, open.answer, open.version), (QuestionStatus::Open, None, 3));
    assert_eq!(block_on(world.questions("Mia").undo(question.id)), Err(QuestionError::Open));
    assert_eq!(keys(), before);
    assert_eq!(block_on(records::get(&world.db, question.record)).unwrap().unwrap().root, None);
    assert_eq!(world.consider(question.record), Considered { proposed: 1, ..Considered::default() }, "it waits again");
    answer(&world, &question, Some(grace));
    assert!(world.consider(grace).proposed > 0);
    let entries = world.db.look(&format!("SELECT kind FROM ledger WHERE chain = '{}' ORDER BY n", question.record));
    let kinds: Vec<_> = entries.iter().map(|row| row.text("kind").unwrap()).collect();
    let expected = ["record_created", "asked", "merged", "identified", "unmerged", "reopened", "proposed", "merged"];
    assert_eq!(kinds[..8], expected);
    world.ledger_verified();
}

#[test]
fn an_answer_that_cannot_be_is_refused() {
    let world = World::populous();
    let (_, _, question) = shared_number(&world);
    let boiler = known(&world, 11, RecordType::Asset, "Boiler", &[]);
    let ask = |record| block_on(world.questions("Mia").answer(question.id, Some(record)));
    assert!(matches!(ask(boiler), Err(QuestionError::Merge(MergeError::OtherType { .. }))));
    assert_eq!(ask(question.record), Err(QuestionError::Merge(MergeError::Same)));
    assert_eq!(ask(record_id(99)), Err(QuestionError::Merge(MergeError::NotFound("record"))));
    let nothing = nerve_model::QuestionId::new(NOW, 9);
    assert_eq!(block_on(world.questions("Mia").answer(nothing, None)), Err(QuestionError::NotFound));
    assert_eq!(world.asked(QuestionStatus::Open).len(), 1);
}

#[test]
fn events_that_arrive_while_a_question_is_open_are_decided_with_the_rest() {
    let world = World::populous();
    let (ada, _, question) = shared_number(&world);
    let late = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(5, "in_0005") };
    assert_eq!(happens(&world, &late).0, question.record);
    answer(&world, &question, Some(ada));
    world.consider(ada);
    let undecided = world.db.look("SELECT id FROM events WHERE decided_at IS NULL AND kind = 'payment.failed'");
    assert_eq!(undecided, []);
}

#[test]
fn a_merge_into_the_provisional_record_answers_its_question() {
    let world = World::populous();
    let (ada, _, question) = shared_number(&world);
    let merger = world.merger("Mia");
    let merge = block_on(merger.merge(ada, question.record)).unwrap();
    assert_eq!(world.asked(QuestionStatus::Open), [], "nobody is asked any more");
    world.consider(question.record);
    assert_eq!(world.db.look("SELECT id FROM events WHERE decided_at IS NULL AND kind = 'payment.failed'"), []);
    let answered = answer(&world, &question, Some(ada));
    assert_eq!(answered.answer.map(|answer| answer.merge), Some(None), "they are one already");
    block_on(world.questions("Mia").undo(question.id)).unwrap();
    block_on(merger.undo(merge.id)).unwrap();
    let again = block_on(questions::get(&world.db, question.id)).unwrap().unwrap();
    assert!(again.waits());
    assert_eq!(world.asked(QuestionStatus::Open), [again]);
    world.ledger_verified();
}

#[test]
fn the_address_of_a_record_identifies_it() {
    let world = World::populous();
    let fields = RecordFields {
        attributes: Attributes::new(
            [("street", "12 Linden Street"), ("postal code", "10115"), ("city", "Berlin")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .unwrap(),
        ..RecordFields::named("Ada Lovelace")
    };
    let new = records::NewRecord { fields, ..records::NewRecord::named(ada()) };
    world.create(&new, &records::Origin::of(Actor::system("test"), NOW));
    let address =
        Claim { kind: ClaimKind::Address, value: "12 Linden Street, 10115 Berlin".to_owned(), role: Role::Customer };
    let event = form(1, Some("Ada Lovelace"), &[email("somewhere.else@example.net"), address]);
    assert_eq!(happens(&world, &event), (ada().id, MatchVerdict::Confident));
}

#[test]
fn only_what_an_answer_can_name_is_offered() {
    let world = World::populous();
    happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]));
    let typo = form(2, Some("Ada Lovelacce"), &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(candidates(&world, &typo), ["Ada Lovelace"]);
    let question = world.asked(QuestionStatus::Open).remove(0);
    let offered = || {
        let mut asked = question.clone();
        block_on(nerve_engine::offered(&world.db, std::slice::from_mut(&mut asked))).unwrap();
        asked.candidates
    };
    assert_eq!(offered(), question.candidates);
    let known = block_on(records::get(&world.db, question.candidates[0].record.id)).unwrap().unwrap();
    let vendor = |version, record_type| {
        block_on(world.editor("Mia").edit_as(known.id, version, Some(record_type), &known.fields())).unwrap()
    };
    vendor(known.version, RecordType::Vendor);
    assert_eq!(offered(), [], "a vendor is no customer");
    vendor(known.version + 1, RecordType::Customer);
    assert_eq!(offered(), question.candidates);
    let erasure = block_on(world.eraser().begin(known.id, &person("Grace"), "asked")).unwrap();
    assert_eq!(offered(), [], "{erasure:?}");
    block_on(world.questions("Mia").answer(question.id, None)).unwrap();
}

#[test]
fn a_made_up_value_recognizes_nobody() {
    for made_up in [email("test@test.com"), phone("+490000000000"), claim(ClaimKind::External, "custom:customer:n/a")] {
        let world = World::populous();
        let (ada, _) = happens(&world, &form(1, Some("Ada Lovelace"), &[email(ADA), made_up.clone()]));
        let (grace, verdict) = happens(&world, &form(2, Some("Grace Hopper"), std::slice::from_ref(&made_up)));
        assert_eq!((verdict, grace == ada), (MatchVerdict::New, false), "{made_up:?}");
        let (nobody, verdict) = happens(&world, &form(3, Some("n/a"), std::slice::from_ref(&made_up)));
        assert_eq!((verdict, [ada, grace].contains(&nobody)), (MatchVerdict::New, false), "{made_up:?}");
    }
}

#[test]
fn a_colleague_recognizes_nobody_in_whatever_further_role() {
    let kinds = [(ClaimKind::Email, "mia@agency.example"), (ClaimKind::Phone, "+4930901820")];
    let user = (ClaimKind::External, "zendesk:user:7");
    for (kind, value) in kinds.into_iter().chain([user]) {
        let claim = claim(kind, value);
        let ours = Claim { role: Role::Owner, ..claim.clone() };
        for colleague in [vec![ours.clone()], vec![ours.clone(), claim.clone()], vec![claim.clone(), ours.clone()]] {
            let world = World::populous();
            let of = |n, name, own: &str| {
                let claims = [&colleague[..], &[email(own)]].concat();
                happens(&world, &form(n, Some(name), &claims))
            };
            let (ada, _) = of(1, "Ada Lovelace", ADA);
            let (grace, verdict) = of(2, "Grace Hopper", "grace@navy.example");
            assert_eq!((verdict, grace == ada), (MatchVerdict::New, false), "{colleague:?}");
            let (nobody, _) = happens(&world, &form(3, None, &colleague));
            assert!(![ada, grace].contains(&nobody), "{colleague:?}");
        }
    }
}

#[test]
fn an_automation_is_no_customer() {
    let world = World::new();
    let run = nerve_model::AutomationFailed {
        workflow: "Nightly export".to_owned(),
        place: None,
        run: None,
        attempt: None,
        state: nerve_model::RunState::Failed,
        reason: None,
    };
    let failed = event(1, Fact::AutomationFailed(run), "standard:workflow:7 failed 1", "standard:workflow:7");
    let failed = Event { claims: Vec::new(), party_name: None, ..failed };
    let (record, _) = happens(&world, &failed);
    let stored = block_on(records::get(&world.db, record)).unwrap().unwrap();
    assert_eq!(stored.record_type, RecordType::Asset);
}
