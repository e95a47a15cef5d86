//! Whom events concern, natively: who is known, who is similar, who is asked about, and what else an event is about.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_engine::{
    Agent, Considered, Dispatched, Dispatcher, Importer, MergeError, QuestionError, Questions, situation, sweep,
};
use nerve_intake::inbox;
use nerve_ledger::{PageRequest, associations, events as stored_events, links, questions, records, verify};
use nerve_model::{
    Actor, Attributes, Claim, ClaimKind, Event, Fact, FormSubmitted, MatchVerdict, Millis, QuestionStatus,
    RecordFields, RecordId, RecordRef, RecordType, Relation, Role, Subject,
};
use nerve_policy::Playbook;
use nerve_ports::{Database, Statement};
use nerve_situation::{DOCUMENT_BYTES, Document};
use nerve_testkit::{
    FakeQueue, ObjectSqlite, Objects, SeededEntropy, Sqlite, block_on,
    events::{NOW, ada, arrive, event, mail_from, payment_failed, record_id},
};

struct World {
    db: Sqlite,
    inbox: ObjectSqlite,
    objects: Objects,
    situations: FakeQueue<RecordId>,
    entropy: SeededEntropy,
}

impl World {
    fn new() -> Self {
        let inbox = ObjectSqlite::default();
        inbox::open(&inbox).unwrap();
        let world = Self {
            db: Sqlite::default(),
            inbox,
            objects: Objects::default(),
            situations: FakeQueue::default(),
            entropy: SeededEntropy::new(1),
        };
        // As if there were many others: among few, everything is a coincidence.
        world.db.tamper("INSERT INTO terms (field, value, n) VALUES ('', '', 20000)");
        world
    }

    /// Delivers an event and says where it came to, and how sure that is.
    fn happens(&self, event: &Event) -> (RecordId, MatchVerdict) {
        self.all_happen(&[event])[0]
    }

    fn all_happen(&self, events: &[&Event]) -> Vec<(RecordId, MatchVerdict)> {
        for event in events {
            arrive(&self.inbox, "test:1", event, NOW);
        }
        let handed = self.dispatch();
        assert_eq!(handed.failures, Vec::<String>::new());
        events.iter().map(|event| self.stored(event)).collect()
    }

    fn dispatch(&self) -> Dispatched {
        let dispatcher = Dispatcher {
            db: &self.db,
            records: &self.objects,
            situations: &self.situations,
            entropy: &self.entropy,
            retention: Millis::days(90),
            now: NOW,
        };
        block_on(dispatcher.dispatch(&self.inbox)).unwrap()
    }

    fn stored(&self, event: &Event) -> (RecordId, MatchVerdict) {
        let stored = block_on(stored_events::get(&self.db, event.id)).unwrap().unwrap();
        (stored.record, stored.matched.verdict)
    }

    fn records(&self) -> usize {
        self.db.look("SELECT id FROM records").len()
    }

    fn questions(&self, status: QuestionStatus) -> Vec<questions::Question> {
        block_on(questions::list(&self.db, Some(status), &PageRequest::default())).unwrap().items
    }

    /// Whose an event could be that looks like several, or not quite like one.
    fn candidates(&self, event: &Event) -> Vec<String> {
        let (asked, verdict) = self.happens(event);
        assert_eq!(verdict, MatchVerdict::Ambiguous);
        let question =
            self.questions(QuestionStatus::Open).into_iter().find(|question| question.record == asked).unwrap();
        question.candidates.into_iter().map(|candidate| candidate.record.name).collect()
    }

    /// A record somebody entered.
    fn known(&self, n: u128, record_type: RecordType, name: &str, claims: &[Claim]) -> RecordId {
        let record = RecordRef { id: record_id(n), record_type, name: name.to_owned() };
        let origin = records::Origin::of(nerve_model::Actor::system("context"), NOW);
        let mut statements = records::create(&records::NewRecord::named(record.clone()), &origin, 1);
        statements.extend(claims.iter().map(|claim| records::learn(record.id, claim, event_id(n), NOW)));
        block_on(self.db.batch(statements)).unwrap();
        record.id
    }

    fn review(&self) -> Questions<'_, Sqlite, FakeQueue<RecordId>, SeededEntropy> {
        let (db, situations, entropy) = (&self.db, &self.situations, &self.entropy);
        Questions { db, situations, entropy, now: NOW, actor: Actor::Person("Mia".to_owned()) }
    }

    fn answer(&self, question: &questions::Question, record: Option<RecordId>) -> questions::Question {
        self.situations.take();
        block_on(self.review().answer(question.id, record)).unwrap()
    }

    fn consider(&self, record: RecordId) -> Considered {
        let (playbook, actions) = (Playbook::load().unwrap(), FakeQueue::default());
        let agent = Agent {
            db: &self.db,
            records: &self.objects,
            actions: &actions,
            entropy: &self.entropy,
            recommender: &playbook,
            document_bytes: DOCUMENT_BYTES,
            now: NOW,
        };
        block_on(agent.consider(record)).unwrap()
    }

    /// What the sweeper would have looked at.
    fn swept(&self) -> Vec<RecordId> {
        self.situations.take();
        let later = NOW + Millis::minutes(2);
        block_on(sweep(&self.db, &FakeQueue::default(), &self.situations, &self.entropy, later)).unwrap();
        self.situations.take()
    }

    fn verified(&self) {
        let result = block_on(verify(&self.db)).unwrap();
        assert!(result.ok, "{result:?}");
    }

    fn associated(&self, event: &Event) -> Vec<(RecordId, String)> {
        let associations = block_on(associations::of_event(&self.db, event.id)).unwrap();
        associations.into_iter().map(|concern| (concern.record.id, concern.how)).collect()
    }
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

/// Somebody filled in a form and said this of themselves.
fn form(n: u128, name: Option<&str>, claims: &[Claim]) -> Event {
    let form =
        FormSubmitted { form: "f".to_owned(), title: None, submission: Some(n.to_string()), answers: Vec::new() };
    let event = event(n, Fact::FormSubmitted(form), &format!("form {n}"), &format!("typeform:response:{n}"));
    Event { claims: claims.to_vec(), party_name: name.map(str::to_owned), ..event }
}

const ADA: &str = "ada.lovelace@example.com";

#[test]
fn one_exact_claim_decides_and_teaches_the_others() {
    let world = World::new();
    let (ada, verdict) = world.happens(&form(1, Some("Ada Lovelace"), &[email(ADA)]));
    assert_eq!(verdict, MatchVerdict::New);
    let cases = [
        (form(2, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]), MatchVerdict::Confident),
        (form(3, None, &[phone("+4930123456")]), MatchVerdict::Confident),
        (form(4, Some("A. Lovelace"), &[phone("+4930123456")]), MatchVerdict::Confident),
    ];
    for (event, verdict) in cases {
        assert_eq!(world.happens(&event), (ada, verdict), "{:?}", event.claims);
    }
    assert_eq!((world.records(), world.questions(QuestionStatus::Open).len()), (1, 0));
}

#[test]
fn who_writes_a_little_differently_is_found_without_an_exact_claim() {
    let world = World::new();
    let address = claim(ClaimKind::Address, "Elm Street 12, 10115 Berlin");
    let (ada, _) = world.happens(&form(1, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456"), address.clone()]));
    let again = form(2, Some("Ada Lovelace"), &[email("ada.lovelace@exmaple.com"), address]);
    assert_eq!(world.happens(&again), (ada, MatchVerdict::Confident));
    // What was learned from it decides from now on.
    let typo = form(3, None, &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(world.happens(&typo), (ada, MatchVerdict::Confident));
    let stored = block_on(stored_events::get(&world.db, again.id)).unwrap().unwrap().matched;
    assert!(stored.evidence.iter().any(|evidence| evidence.field == ClaimKind::Name && evidence.weight > 1.0));
}

#[test]
fn who_stood_in_a_file_is_found_without_an_exact_claim() {
    let world = World::new();
    let importer = Importer { db: &world.db, entropy: &world.entropy, now: NOW };
    let file = format!("Name,Email,Phone\nAda Lovelace,{ADA},\nGrace Hopper,,+4930123456\n");
    let import = |file: &str| {
        let draft = block_on(importer.receive("f.csv", file.as_bytes(), Actor::system("test"))).unwrap();
        assert_eq!(block_on(importer.step(draft.id)).unwrap().counts.refused, 0);
    };
    import(&file);
    let typo = form(1, Some("Ada Lovelacce"), &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(world.candidates(&typo), ["Ada Lovelace"]);
    // What a later file adds is found as well.
    import("Name,Email,Phone\nGrace Hopper,grace.hopper@navy.example,+4930123456\n");
    let typo = form(2, Some("Grace Hoper"), &[email("grace.hopper@navi.example")]);
    assert_eq!(world.candidates(&typo), ["Grace Hopper"]);
    world.verified();
}

#[test]
fn a_file_tells_more_of_whom_is_asked_about_without_making_them_found() {
    let world = World::new();
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    world.happens(&form(1, None, &[cus(1)]));
    world.happens(&form(2, None, &[cus(2)]));
    let (asked, _) = world.happens(&form(3, None, &[cus(1), cus(2), email(ADA)]));
    let importer = Importer { db: &world.db, entropy: &world.entropy, now: NOW };
    let file = format!("Name,Email,Phone\nAda Lovelace,{ADA},+4930123456\n");
    let draft = block_on(importer.receive("f.csv", file.as_bytes(), Actor::system("test"))).unwrap();
    assert_eq!(block_on(importer.step(draft.id)).unwrap().counts.changed, 1);
    let keys = || world.db.look(&format!("SELECT key FROM record_keys WHERE record = '{asked}'"));
    assert_eq!(keys(), []);
    world.answer(&world.questions(QuestionStatus::Open)[0], None);
    assert!(!keys().is_empty(), "once it is said that it is somebody new");
    let typo = form(4, Some("Ada Lovelacce"), &[email("ada.lovelace@exmaple.com")]);
    assert_eq!(world.candidates(&typo), ["Ada Lovelace"]);
}

#[test]
fn somebody_else_with_the_same_telephone_is_somebody_else() {
    let world = World::new();
    let (ada, _) = world.happens(&form(1, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]));
    let (grace, verdict) =
        world.happens(&form(2, Some("Grace Hopper"), &[email("grace@navy.example"), phone("+4930123456")]));
    assert_eq!((verdict, grace == ada), (MatchVerdict::New, false));
    // With a name both are told apart, however the number is the same.
    let (third, verdict) = world.happens(&form(3, Some("Grace Hopper"), &[phone("+4930123456")]));
    assert_eq!((third, verdict), (grace, MatchVerdict::Confident));
    // The number alone no longer says which of the two it is.
    let (asked, verdict) = world.happens(&form(4, None, &[phone("+4930123456")]));
    assert_eq!((verdict, [ada, grace].contains(&asked)), (MatchVerdict::Ambiguous, false));
    let question = &world.questions(QuestionStatus::Open)[0];
    let mut candidates: Vec<_> = question.candidates.iter().map(|candidate| candidate.record.id).collect();
    candidates.sort();
    let mut both = vec![ada, grace];
    both.sort();
    assert_eq!((question.record, candidates), (asked, both));
}

#[test]
fn a_question_is_asked_once_and_what_comes_meanwhile_waits_with_it() {
    let world = World::new();
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    let (ada, _) = world.happens(&form(1, None, &[cus(1)]));
    let (grace, _) = world.happens(&form(2, None, &[cus(2)]));
    let both = [form(3, None, &[cus(1), cus(2)]), form(4, None, &[cus(2), cus(1)])];
    let came = world.all_happen(&[&both[0], &both[1]]);
    let (asked, _) = came[0];
    assert_eq!(came, [(asked, MatchVerdict::Ambiguous); 2]);
    assert!(![ada, grace].contains(&asked));
    // A claim that came with an unclear event leads there as well.
    let unclear = form(5, None, &[cus(1), cus(2), email("new@example.com")]);
    let (second, _) = world.happens(&unclear);
    assert_eq!(world.happens(&form(6, None, &[email("new@example.com")])), (second, MatchVerdict::Ambiguous));
    assert_eq!(world.questions(QuestionStatus::Open).len(), 2);
    assert_eq!(world.happens(&form(7, None, &[cus(1)])), (ada, MatchVerdict::Confident), "others are not held up");
}

#[test]
fn what_a_batch_teaches_its_next_event_knows() {
    let world = World::new();
    let one = form(1, Some("Ada Lovelace"), &[email(ADA)]);
    let two = form(2, Some("Ada Lovelace"), &[email(ADA), phone("+4930123456")]);
    let three = form(3, Some("Ada Lovelace"), &[phone("+4930123456")]);
    let came = world.all_happen(&[&one, &two, &three]);
    assert!(came.iter().all(|(record, _)| *record == came[0].0), "{came:?}");
    assert_eq!(world.records(), 1);
}

#[test]
fn an_event_finds_everything_it_is_about() {
    let world = World::new();
    let serial = Claim { kind: ClaimKind::Serial, value: "SN-77-A".to_owned(), role: Role::Asset };
    let boiler = world.known(11, RecordType::Asset, "Boiler", std::slice::from_ref(&serial));
    let deal = Claim { kind: ClaimKind::External, value: "hubspot:deal:1/42".to_owned(), role: Role::Customer };
    let sale = world.known(12, RecordType::Deal, "Kitchen", &[deal]);
    let vendor = Claim { kind: ClaimKind::Email, value: "eva@acme.example".to_owned(), role: Role::Customer };
    let acme = world.known(13, RecordType::Vendor, "Acme", &[vendor]);
    let (ada, _) = world.happens(&payment_failed(1, "in_0001"));
    let mut mail = mail_from(2, "eva@acme.example");
    if let Fact::EmailReceived(message) = &mut mail.fact {
        message.subject = Some("Re: invoice NRV-in_0001, boiler SN-77-A".to_owned());
        message.text = "As for hubspot:deal:1/42, 2 hoods at 2,480 euros.".to_owned();
    }
    assert_eq!(world.happens(&mail), (acme, MatchVerdict::Confident));
    let expected = [
        (ada, "names invoice nrv-in_0001".to_owned()),
        (boiler, "names serial SN-77-A".to_owned()),
        (sale, "names external hubspot:deal:1/42".to_owned()),
    ];
    let mut associated = world.associated(&mail);
    associated.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(associated, expected);
    let claimed = Event { claims: vec![email("ada@example.com"), serial], ..form(3, None, &[]) };
    assert_eq!(world.happens(&claimed), (ada, MatchVerdict::Confident));
    assert_eq!(world.associated(&claimed), [(boiler, "has serial SN-77-A".to_owned())]);
}

#[test]
fn the_answer_to_a_message_is_about_what_that_was_about() {
    let world = World::new();
    let deal = Claim { kind: ClaimKind::External, value: "hubspot:deal:1/42".to_owned(), role: Role::Customer };
    let sale = world.known(12, RecordType::Deal, "Kitchen", &[deal]);
    let mail = |n, text: &str, answers: Option<&str>| {
        let mut mail = Event { party_name: Some("Eva Acme".to_owned()), ..mail_from(n, "eva@acme.example") };
        if let Fact::EmailReceived(message) = &mut mail.fact {
            message.text = text.to_owned();
            message.in_reply_to = answers.map(str::to_owned);
        }
        mail
    };
    world.happens(&mail(1, "About hubspot:deal:1/42", None));
    let answer = mail(2, "Agreed.", Some("<mail-1@mail.example>"));
    world.happens(&answer);
    let how = "the message answers one about it".to_owned();
    assert_eq!(world.associated(&answer), [(sale, how)]);
    let other = mail(3, "Agreed.", Some("mail-9@mail.example"));
    world.happens(&other);
    assert_eq!(world.associated(&other), []);
}

#[test]
fn a_number_that_two_records_have_refers_to_neither() {
    let world = World::new();
    for (n, name) in [(1, "Ada Lovelace"), (2, "Grace Hopper")] {
        let mut failed = payment_failed(n, "in_0001");
        failed.claims = vec![claim(ClaimKind::External, &format!("stripe:customer:{n}"))];
        failed.party_name = Some(name.to_owned());
        world.happens(&failed);
    }
    let mut mail = mail_from(3, "eve@elsewhere.example");
    mail.party_name = Some("Eve Moneypenny".to_owned());
    if let Fact::EmailReceived(message) = &mut mail.fact {
        message.subject = Some("Invoice NRV-in_0001".to_owned());
    }
    world.happens(&mail);
    assert_eq!(world.associated(&mail), []);
}

/// A deal of the CRM comes to a stage, so many days after now.
fn moved(n: u128, to: &str, days: i64) -> Event {
    let moved = nerve_model::RecordStageChanged {
        object: "deal".to_owned(),
        id: "42".to_owned(),
        name: Some("Kitchen".to_owned()),
        from: None,
        to: to.to_owned(),
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
    let world = World::new();
    let (deal, _) = world.happens(&moved(1, "offer", 0));
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
        assert_eq!(world.happens(&event).0, deal);
        assert_eq!(stored().stage.as_deref(), Some(stage), "{}", event.semantic_key);
    }
    // A person says so when it is written down.
    let fields = RecordFields { stage: Some("lost".to_owned()), ..stored().fields() };
    let edit = records::update(deal, stored().version, &fields, NOW + Millis::days(5));
    block_on(world.db.batch(vec![edit])).unwrap();
    world.happens(&moved(6, "offer", 4));
    assert_eq!(stored().stage.as_deref(), Some("lost"));
    world.happens(&moved(7, "reopened", 6));
    assert_eq!(stored().stage.as_deref(), Some("reopened"));
}

impl World {
    fn link(&self, record: RecordId, relation: Relation, other: RecordId) {
        block_on(self.db.batch(vec![links::insert(record, relation, other, NOW)])).unwrap();
    }

    fn at_stage(&self, record: RecordId, stage: &str) {
        let moved = records::say_stage(record, stage, NOW + Millis::days(1), NOW);
        block_on(self.db.batch(vec![moved])).unwrap();
    }

    fn told(&self, record: RecordId) -> String {
        let situation = block_on(situation(&self.db, &self.objects, record)).unwrap();
        nerve_situation::Document::of(&situation, NOW, DOCUMENT_BYTES).to_string()
    }
}

#[test]
fn a_vendor_s_answer_is_about_the_only_work_under_way_or_about_the_one_it_names() {
    let world = World::new();
    let acme = world.known(7, RecordType::Vendor, "Acme", &[email("eva@acme.example")]);
    let roof = world.known(8, RecordType::Deal, "New roof", &[]);
    let kitchen = world.known(9, RecordType::Project, "Kitchen Hill Street", &[]);
    world.link(roof, Relation::Vendor, acme);
    world.link(kitchen, Relation::Vendor, acme);
    let mut n = 0;
    let mut answers = |text: &str| {
        n += 1;
        let mut mail = mail_from(n, "eva@acme.example");
        if let Fact::EmailReceived(message) = &mut mail.fact {
            message.text = text.to_owned();
        }
        assert_eq!(world.happens(&mail), (acme, MatchVerdict::Confident));
        world.associated(&mail)
    };
    assert_eq!(answers("Here is our estimate."), [], "there are two");
    assert_eq!(answers("For the new-roof: 2,480 euros."), [(roof, "names the deal".to_owned())]);
    assert!(
        world.told(acme).contains("Missing: no telephone number; which deal or project a vendor's answer is about")
    );
    world.at_stage(roof, "Closed won");
    let only = "the only project under way with Acme".to_owned();
    assert_eq!(answers("Here is our estimate."), [(kitchen, only)]);
    let told = world.told(acme);
    assert!(told.contains("[vendor.replied, stripe], about project Kitchen Hill Street\n"), "{told}");
    assert!(told.contains("[vendor.replied, stripe], about deal New roof\n"), "{told}");
    world.at_stage(kitchen, "done");
    assert_eq!(answers("Anything else?"), [], "nothing is under way");
}

#[test]
fn what_came_to_a_deal_is_about_its_customer_as_well() {
    let world = World::new();
    let (deal, _) = world.happens(&moved(1, "offer", 0));
    let (ada, _) = world.happens(&form(2, Some("Ada Lovelace"), &[email(ADA)]));
    world.link(deal, Relation::Customer, ada);
    let further = moved(3, "won", 2);
    assert_eq!(world.happens(&further).0, deal);
    assert_eq!(world.associated(&further), [(ada, "the customer of Kitchen".to_owned())]);
    let writes = form(4, None, &[email(ADA)]);
    world.happens(&writes);
    assert_eq!(world.associated(&writes), [], "it is over");
}

#[test]
fn whose_an_invoice_is_an_event_about_it_need_not_say() {
    let world = World::new();
    let (ada, _) = world.happens(&payment_failed(1, "in_0001"));
    let bare = |n, id: &str| Event { claims: Vec::new(), party_name: None, ..payment_failed(n, id) };
    assert_eq!(world.happens(&bare(2, "in_0001")), (ada, MatchVerdict::Confident));
    let (nobody, verdict) = world.happens(&bare(3, "in_0002"));
    assert_eq!((verdict, nobody == ada), (MatchVerdict::New, false));
    // Whoever says who they are is not taken for somebody else.
    let grace = Event { claims: vec![email("grace@navy.example")], ..bare(4, "in_0001") };
    let (other, _) = world.happens(&grace);
    assert_ne!(other, ada);
    assert_eq!(world.associated(&grace), [(ada, "is kept as stripe:invoice:in_0001".to_owned())]);
}

#[test]
fn what_people_change_is_told_until_something_is_decided() {
    let world = World::new();
    let (ada, _) = world.happens(&form(1, Some("Ada Lovelace"), &[email(ADA)]));
    let mia = Actor::Person("Mia".to_owned());
    let entry = |text: &str| nerve_ledger::chain::Entry {
        kind: nerve_ledger::chain::EntryKind::NoteAdded,
        at: NOW,
        actor: mia.clone(),
        proposal: None,
        event: None,
        body: nerve_ledger::chain::Body { note: Some(text.to_owned()), ..Default::default() },
    };
    let note = |text: &str| {
        let chain = nerve_ledger::chain::ChainId::Record(ada);
        let mut head = block_on(nerve_ledger::chain::head(&world.db, &chain)).unwrap();
        block_on(world.db.batch(head.append(&chain, &entry(text), 1))).unwrap();
    };
    (0..12).for_each(|n| note(&format!("Likes tea {n}")));
    let told = world.told(ada);
    let first = "Changed since the last decision:\n- 2026-11-23 10:00 UTC  Note added: Likes tea 2, by Mia\n";
    assert!(told.contains(first), "{told}");
    assert!(told.contains("Likes tea 11, by Mia\n"), "{told}");
    world.happens(&payment_failed(2, "in_1"));
    let adas = world.stored(&payment_failed(2, "in_1")).0;
    world.consider(adas);
    assert!(!world.told(adas).contains("Changed since"));
}

#[test]
fn whoever_does_not_write_from_where_the_vendor_writes_is_no_vendor() {
    let world = World::new();
    world.known(7, RecordType::Vendor, "Eva Acme", &[email("eva@acme.example"), phone("+4930777777")]);
    let named = |n, address: &str| Event { party_name: Some("Eva Acme".to_owned()), ..mail_from(n, address) };
    let replied = |event: &Event| {
        world.happens(event);
        block_on(stored_events::get(&world.db, event.id)).unwrap().unwrap().event.kind().to_string()
    };
    assert_eq!(replied(&named(1, "eva@acme.example")), "vendor.replied");
    assert_eq!(replied(&named(2, "eva@evil.example")), "email.received");
    let mut calls_there = named(3, "eva@other.example");
    calls_there.claims.push(phone("+4930777777"));
    assert_eq!(replied(&calls_there), "email.received");
    assert_eq!(world.stored(&calls_there), (record_id(7), MatchVerdict::Confident), "although it is about the vendor");
}

#[test]
fn handing_on_again_changes_nothing() {
    let world = World::new();
    let tables =
        ["records", "identities", "record_keys", "terms", "handles", "questions", "associations", "events", "ledger"];
    let state = || tables.map(|table| world.db.look(&format!("SELECT * FROM {table}")));
    let cus = |n: u8| claim(ClaimKind::External, &format!("stripe:customer:cus_{n}"));
    let happened = [form(1, Some("Ada"), &[cus(1)]), form(2, None, &[cus(2)]), form(3, None, &[cus(1), cus(2)])];
    world.all_happen(&happened.each_ref());
    let before = state();
    nerve_ports::ObjectStorage::execute(&world.inbox, Statement::new("UPDATE progress SET dispatched = 0", []))
        .unwrap();
    assert_eq!(world.dispatch().done, 3);
    assert_eq!(state(), before);
}

/// Two customers who share a telephone number, and a failed payment of one of them, nobody knows whose.
fn shared_number(world: &World) -> (RecordId, RecordId, questions::Question) {
    let number = phone("+4930123456");
    let (ada, _) = world.happens(&form(1, Some("Ada Lovelace"), &[email(ADA), number.clone()]));
    let (grace, _) = world.happens(&form(2, Some("Grace Hopper"), &[email("grace@navy.example"), number.clone()]));
    let failed = Event { claims: vec![number], party_name: None, ..payment_failed(3, "in_0001") };
    let (_, verdict) = world.happens(&failed);
    assert_eq!(verdict, MatchVerdict::Ambiguous);
    (ada, grace, world.questions(QuestionStatus::Open).remove(0))
}

#[test]
fn a_shared_number_reaches_both_and_recognizes_neither() {
    let world = World::new();
    let (ada, grace, _) = shared_number(&world);
    let known = |record| {
        let situation = block_on(situation(&world.db, &world.objects, record)).unwrap();
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
fn what_came_waits_until_a_person_says_whose_it_is() {
    let world = World::new();
    let (ada, _, question) = shared_number(&world);
    assert_eq!(world.consider(question.record), Considered::default());
    assert!(!world.swept().contains(&question.record), "the sweeper does not hammer");
    let answered = world.answer(&question, Some(ada));
    let answer = answered.answer.clone().unwrap();
    assert_eq!((answered.status, answer.record, answer.merge.is_some()), (QuestionStatus::Answered, Some(ada), true));
    assert_eq!(world.situations.take(), [ada]);
    world.consider(ada);
    let proposals = world.db.look("SELECT card FROM proposals");
    assert!(!proposals.is_empty());
    let card: nerve_model::Card = proposals[0].json("card").unwrap();
    assert_eq!((card.record.id, card.matched.verdict), (ada, MatchVerdict::Confident));
    assert_eq!(card.matched.evidence[0].finding, "Mia said so");
    // The same again is no question any more.
    let again = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(4, "in_0002") };
    assert_eq!(world.happens(&again).1, MatchVerdict::Confident);
    let situation = block_on(situation(&world.db, &world.objects, ada)).unwrap();
    assert!(situation.pending.iter().any(|entry| entry.event.id == again.id), "it is Ada's as well");
    assert_eq!(world.questions(QuestionStatus::Open), []);
    world.verified();
}

#[test]
fn somebody_new_is_confirmed_and_found_from_then_on() {
    let world = World::new();
    let (ada, grace, question) = shared_number(&world);
    let answered = world.answer(&question, None);
    assert_eq!((answered.answer.unwrap().record, world.situations.take()), (None, vec![question.record]));
    assert!(!block_on(records::get(&world.db, question.record)).unwrap().unwrap().provisional);
    assert!(world.consider(question.record).proposed > 0);
    assert!(![ada, grace].contains(&question.record));
    let again = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(4, "in_0002") };
    assert_eq!(world.happens(&again), (question.record, MatchVerdict::Confident));
    world.verified();
}

#[test]
fn an_answer_is_given_once_and_can_be_taken_back() {
    let world = World::new();
    let (ada, grace, question) = shared_number(&world);
    let keys = || world.db.look("SELECT * FROM record_keys");
    let before = keys();
    world.answer(&question, Some(ada));
    let again = block_on(world.review().answer(question.id, Some(grace)));
    assert!(matches!(again, Err(QuestionError::Answered { .. })), "{again:?}");
    let open = block_on(world.review().undo(question.id)).unwrap();
    assert_eq!((open.status, open.answer, open.version), (QuestionStatus::Open, None, 3));
    assert_eq!(block_on(world.review().undo(question.id)), Err(QuestionError::Open));
    assert_eq!(keys(), before);
    assert_eq!(block_on(records::get(&world.db, question.record)).unwrap().unwrap().root, None);
    assert_eq!(world.consider(question.record), Considered::default(), "it waits again");
    world.answer(&question, Some(grace));
    assert!(world.consider(grace).proposed > 0);
    let entries = world.db.look(&format!("SELECT kind FROM ledger WHERE chain = '{}' ORDER BY n", question.record));
    let kinds: Vec<_> = entries.iter().map(|row| row.text("kind").unwrap()).collect();
    let expected = ["record_created", "asked", "merged", "identified", "unmerged", "reopened", "merged", "identified"];
    assert_eq!(kinds[..8], expected);
    world.verified();
}

#[test]
fn an_answer_that_cannot_be_is_refused() {
    let world = World::new();
    let (_, _, question) = shared_number(&world);
    let boiler = world.known(11, RecordType::Asset, "Boiler", &[]);
    let ask = |record| block_on(world.review().answer(question.id, Some(record)));
    assert!(matches!(ask(boiler), Err(QuestionError::Merge(MergeError::OtherType { .. }))));
    assert_eq!(ask(question.record), Err(QuestionError::Merge(MergeError::Same)));
    assert_eq!(ask(record_id(99)), Err(QuestionError::Merge(MergeError::NotFound("record"))));
    let nothing = nerve_model::QuestionId::new(NOW, 9);
    assert_eq!(block_on(world.review().answer(nothing, None)), Err(QuestionError::NotFound));
    assert_eq!(world.questions(QuestionStatus::Open).len(), 1);
}

#[test]
fn what_comes_while_the_question_waits_is_decided_with_the_rest() {
    let world = World::new();
    let (ada, _, question) = shared_number(&world);
    let late = Event { claims: vec![phone("+4930123456")], party_name: None, ..payment_failed(5, "in_0005") };
    assert_eq!(world.happens(&late).0, question.record);
    world.answer(&question, Some(ada));
    world.consider(ada);
    let undecided = world.db.look("SELECT id FROM events WHERE decided_at IS NULL AND kind = 'payment.failed'");
    assert_eq!(undecided, []);
}

#[test]
fn whoever_is_merged_into_somebody_unknown_is_the_answer() {
    let world = World::new();
    let (ada, _, question) = shared_number(&world);
    let (db, situations, entropy) = (&world.db, &world.situations, &world.entropy);
    let merger = nerve_engine::Merger { db, situations, entropy, now: NOW, actor: Actor::Person("Mia".to_owned()) };
    let merge = block_on(merger.merge(ada, question.record)).unwrap();
    assert_eq!(world.questions(QuestionStatus::Open), [], "nobody is asked any more");
    world.consider(question.record);
    assert_eq!(world.db.look("SELECT id FROM events WHERE decided_at IS NULL AND kind = 'payment.failed'"), []);
    let answered = world.answer(&question, Some(ada));
    assert_eq!(answered.answer.map(|answer| answer.merge), Some(None), "they are one already");
    block_on(world.review().undo(question.id)).unwrap();
    block_on(merger.undo(merge.id)).unwrap();
    let again = block_on(questions::get(&world.db, question.id)).unwrap().unwrap();
    assert!(again.waits());
    assert_eq!(world.questions(QuestionStatus::Open), [again]);
    world.verified();
}

#[test]
fn where_somebody_lives_by_their_record_tells_who_they_are() {
    let world = World::new();
    let fields = RecordFields {
        attributes: Attributes::new(
            [("street", "12 Linden Street"), ("postal code", "10115"), ("city", "Berlin")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .unwrap(),
        ..RecordFields::named("Ada Lovelace")
    };
    let new = records::NewRecord { fields, ..records::NewRecord::named(ada()) };
    let origin = records::Origin::of(Actor::system("test"), NOW);
    block_on(world.db.batch(records::create(&new, &origin, 1))).unwrap();
    let address =
        Claim { kind: ClaimKind::Address, value: "12 Linden Street, 10115 Berlin".to_owned(), role: Role::Customer };
    let event = form(1, Some("Ada Lovelace"), &[email("somewhere.else@example.net"), address]);
    assert_eq!(world.happens(&event), (ada().id, MatchVerdict::Confident));
}
