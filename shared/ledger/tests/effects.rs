//! Effects and grants on real SQLite: stored once, read back, undone once.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_ledger::{
    Page, PageRequest, advice,
    autonomy::{self, StoredGrant},
    classifications, drafts, events, notes, notifications,
    records::{self, NewRecord, Origin},
    tasks,
};
use nerve_model::{
    ActionKind, Actor, AddNote, Audience, ClassifyEvent, CreateTask, Digest, DraftId, DraftMessage, EventId, EventKind,
    NoteId, NotificationId, NotifyInternal, Priority, ProposalId, RecommenderId, RecordId, RecordRef, TaskId,
    Timestamp,
};
use nerve_ports::{Database, DatabaseError, Statement};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, confident, payment_failed, record_id},
};

const LATER: Timestamp = Timestamp::from_millis(NOW.as_millis() + 60_000);

/// A provisional record.
fn known(record: RecordRef) -> Vec<Statement> {
    records::create(&NewRecord::named(record).provisional(), &Origin::of(Actor::system("context"), NOW), 1)
}

fn database() -> Sqlite {
    let db = Sqlite::default();
    let other = RecordRef { id: record_id(2), ..ada() };
    block_on(db.batch([known(ada()), known(other)].concat())).unwrap();
    db
}

fn write(db: &Sqlite, statement: Statement) {
    block_on(db.query(statement)).unwrap();
}

fn is_conflict<T>(result: &Result<T, DatabaseError>) -> bool {
    matches!(result, Err(DatabaseError::Conflict(_)))
}

/// All items, read two per page.
fn walk<T>(list: impl Fn(&PageRequest) -> Page<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = list(&PageRequest::new(2, cursor).unwrap());
        assert!(page.items.len() <= 2);
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

/// One effect: stored once, read back, undone once.
macro_rules! effect {
    ($test:ident, $module:ident, $id:ident, $content:expr, |$read:ident| $fields:expr $(, undo: $undo:ident)?) => {
        #[test]
        fn $test() {
            let (db, content) = (database(), $content);
            let insert = |n, record: RecordId| {
                $module::insert($id::new(NOW, n), record, ProposalId::new(NOW, n), &content, NOW)
            };
            for n in 1..=3 {
                write(&db, insert(n, if n == 2 { record_id(2) } else { ada().id }));
            }
            assert!(is_conflict(&block_on(db.query(insert(1, ada().id)))), "an effect does not happen twice");
            let list = |record| walk(|page| block_on($module::list(&db, record, page)).unwrap());
            let ids = |record| list(record).iter().map(|item| item.id).collect::<Vec<_>>();
            assert_eq!(ids(None), [3, 2, 1].map(|n| $id::new(NOW, n)), "newest first");
            assert_eq!(ids(Some(ada().id)), [3, 1].map(|n| $id::new(NOW, n)));
            let $read = list(Some(record_id(2))).remove(0);
            assert_eq!($fields, content);
            let proposal: Option<ProposalId> = $read.proposal.into();
            let about = ($read.id, $read.record, proposal, $read.created_at);
            assert_eq!(about, ($id::new(NOW, 2), record_id(2), Some(ProposalId::new(NOW, 2)), NOW));
            $(
                for at in [NOW, LATER] {
                    write(&db, $module::$undo($id::new(NOW, 1), at));
                }
                let undone: Vec<_> = list(None).iter().map(|item| item.undone_at).collect();
                assert_eq!(undone, [None, None, Some(NOW)], "only that one, at the first time");
            )?
        }
    };
}

effect!(a_task_is_kept, tasks, TaskId, CreateTask {
    title: "Call \"Ada\"".to_owned(), detail: "'; DROP TABLE tasks; --".to_owned(), priority: Priority::Urgent,
    due_at: Some(LATER), assignee: Some("Zoë".to_owned()),
}, |task| CreateTask {
    title: task.title.clone(), detail: task.detail.clone(), priority: task.priority, due_at: task.due_at,
    assignee: task.assignee.clone(),
}, undo: undo);

effect!(a_note_is_kept, notes, NoteId, AddNote { text: "a\nb".to_owned() },
    |note| AddNote { text: note.text.clone() }, undo: undo);

effect!(a_draft_is_kept, drafts, DraftId, DraftMessage {
    to: Some("ada@example.com".to_owned()), subject: "Hello".to_owned(), body: "a\nb".to_owned(),
}, |draft| DraftMessage { to: draft.to.clone(), subject: draft.subject.clone(), body: draft.body.clone() }, undo: undo);

effect!(
    a_notification_is_kept,
    notifications,
    NotificationId,
    NotifyInternal { audience: Audience::Team, text: "Look".to_owned(), priority: Priority::Normal },
    |notice| NotifyInternal { audience: notice.audience, text: notice.text.clone(), priority: notice.priority }
);

#[test]
fn the_first_grant_stays_until_it_is_revoked_and_is_one_recommenders() {
    let db = database();
    let (event, action) = (EventKind::PaymentFailed, ActionKind::CreateTask);
    let model: RecommenderId = "some/model@1".parse().unwrap();
    let stored = || block_on(autonomy::all(&db)).unwrap();
    let granted = |recommender: &RecommenderId, name: &str| StoredGrant {
        recommender: recommender.clone(),
        event,
        action,
        granted_by: Actor::Person(name.to_owned()),
        granted_at: NOW,
    };
    let (ada, other) = (granted(&RecommenderId::PLAYBOOK, "Ada"), granted(&model, "Ada"));
    for grant in [&ada, &granted(&RecommenderId::PLAYBOOK, "Grace"), &other] {
        write(&db, autonomy::grant(grant));
    }
    write(&db, autonomy::revoke(&RecommenderId::PLAYBOOK, event, ActionKind::AddNote));
    assert_eq!(stored(), [ada, other.clone()]);
    write(&db, autonomy::revoke(&RecommenderId::PLAYBOOK, event, action));
    assert_eq!(stored(), [other]);
    write(&db, autonomy::revoke(&model, event, action));
    assert_eq!(stored(), []);
}

#[test]
fn advice_is_kept_for_exactly_one_situation() {
    let db = database();
    let (model, playbook): (RecommenderId, _) = ("some/model@1".parse().unwrap(), RecommenderId::PLAYBOOK);
    let [first, second] = ["1", "2"].map(|digit| Digest(digit.repeat(64)));
    let get = |recommender: &RecommenderId, situation: &Digest| {
        block_on(advice::get::<String>(&db, ada().id, recommender, situation)).unwrap()
    };
    let keep = |situation: &Digest, text: &str| write(&db, advice::keep(ada().id, &playbook, situation, &text, NOW));
    assert_eq!(get(&playbook, &first), None);
    keep(&first, "call");
    assert_eq!((get(&playbook, &first).as_deref(), get(&playbook, &second)), (Some("call"), None));
    assert_eq!(get(&model, &first), None, "another recommender's");
    keep(&second, "write");
    assert_eq!((get(&playbook, &first), get(&playbook, &second).as_deref()), (None, Some("write")));
}

#[test]
fn of_an_event_the_latest_classification_counts_that_was_not_taken_back() {
    let (db, event) = (database(), payment_failed(1, "in_1"));
    write(&db, events::insert(&event, &confident(), ada().id, "inbox", 0));
    write(&db, events::insert(&payment_failed(2, "in_2"), &confident(), ada().id, "inbox", 0));
    let says = |topic: &str| ClassifyEvent { topic: topic.to_owned(), urgency: Priority::Urgent, note: "n".to_owned() };
    let classify =
        |n, topic: &str, at| classifications::insert(ProposalId::new(NOW, n), event.id, ada().id, &says(topic), at);
    let undo = |n| classifications::undo(ProposalId::new(NOW, n), LATER);
    for (statement, counts) in [
        (classify(1, "billing", NOW), Some("billing")),
        (classify(2, "complaint", LATER), Some("complaint")),
        (classify(3, "late report", NOW), Some("complaint")),
        (undo(2), Some("late report")),
        (undo(2), Some("late report")),
        (undo(3), Some("billing")),
        (undo(1), None),
    ] {
        write(&db, statement);
        let counts = counts.map(says);
        let stored = block_on(events::get(&db, event.id)).unwrap().unwrap();
        assert_eq!(stored.classification, counts);
        let all = walk(|page| block_on(events::list(&db, &events::EventFilter::default(), page)).unwrap());
        let listed: Vec<_> = all.into_iter().map(|stored| stored.classification).collect();
        assert_eq!(listed, [None, counts.clone()], "the other event has none");
        let of = block_on(classifications::of(&db, &[event.id, EventId::new(NOW, 2)])).unwrap();
        assert_eq!(of, counts.map(|counts| (event.id, counts)).into_iter().collect());
    }
    assert!(is_conflict(&block_on(db.query(classify(1, "billing", NOW)))), "an effect does not happen twice");
}
