//! Query plans of everyday statements. A query that reads a whole table grows with the business; these tests fail for a
//! statement without an index.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::Mapping;
use nerve_ledger::{
    Lookup, PageRequest,
    associations::{self, Association, Handle},
    autonomy,
    bulk::{self, Edit},
    candidates::{self, StoredCandidate},
    chain::{self, ChainId, EntryFilter},
    classifications, drafts, events,
    imports::{self, Chunk, Counts, Import, ImportState},
    links, look_up,
    merges::{self, Merge},
    notes, notifications, proposals,
    proposals::{ProposalFilter, Snoozed},
    questions::{self, Question},
    queue,
    records::{self, NewRecord, Origin, RecordFilter},
    snapshot, tasks,
    timeline::{self, Kinds},
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Actor, Claim, ClaimKind, DraftId, ImportId, MergeId, Millis, NoteId, ProposalStatus, QuestionId, QuestionStatus,
    RecommenderId, RecordFields, RecordId, RecordRef, RecordType, Relation, Role, TaskId,
};
use nerve_ports::{Database, DatabaseError, Row, Statement};
use nerve_testkit::{
    Sqlite, block_on,
    events::{NOW, ada, confident, payment_failed, record_id},
    proposals::pending_task,
};
use std::cell::RefCell;

/// A statement about one record that reads all rows of a status, of whichever record.
fn is_beside_the_record(step: &str, sql: &str) -> bool {
    sql.contains("record IN (SELECT COALESCE(") && step.ends_with("(status=?)")
}

/// A database that collects the statements which read a whole table.
#[derive(Default)]
struct Explained {
    db: Sqlite,
    scans: RefCell<Vec<(String, String)>>,
}

impl Database for Explained {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        for statement in &statements {
            let explain = Statement::new(format!("EXPLAIN QUERY PLAN {}", statement.sql), statement.params.clone());
            let plan = self.db.query(explain).await?;
            let steps = plan.iter().map(|step| step.text("detail").unwrap().to_owned());
            self.scans.borrow_mut().extend(
                steps
                    .filter(|step| is_scan(step) || is_beside_the_record(step, &statement.sql))
                    .filter(|_| !is_parent(&statement.sql))
                    .map(|step| (step, statement.sql.clone())),
            );
        }
        self.db.batch(statements).await
    }
}

/// A new record could repair a broken reference: SQLite plans a search for one in every table that refers to records.
/// It runs that search only while a reference is broken, which none is at the beginning of a statement.
fn is_parent(sql: &str) -> bool {
    sql.starts_with("INSERT INTO records ")
}

/// Full reads that are bounded: the few rows of autonomy, the elements of a JSON parameter, the rows of a limited
/// subquery, and the members of a record.
fn is_scan(step: &str) -> bool {
    let whole = [
        "SCAN autonomy",
        "SCAN recombined",
        "SCAN part",
        "SCAN own",
        "SCAN wanted VIRTUAL TABLE",
        "SCAN said VIRTUAL TABLE",
        "SCAN known VIRTUAL TABLE",
        "SCAN roots",
        "SCAN json_each VIRTUAL TABLE",
        "SCAN (subquery",
        "SCAN found",
        "SCAN CONSTANT ROW",
        "SCAN bearer VIRTUAL TABLE",
        "SCAN hits",
        "SCAN shared",
        "SCAN nearest",
        "SCAN link VIRTUAL TABLE",
        "SCAN lately",
    ];
    // One kind has about half of all claims.
    let all_of_a_kind = step.ends_with("(kind=?)");
    all_of_a_kind || (step.starts_with("SCAN") && !whole.iter().any(|known| step.starts_with(known)))
}

async fn a_day(db: &impl Database) -> Result<(), DatabaseError> {
    let (record, event, proposal) = (ada().id, payment_failed(1, "in_1"), pending_task(1));
    let (page, id) = (PageRequest::new(50, Some(proposal.id.to_string())).unwrap(), proposal.id);
    let known = NewRecord::named(ada()).provisional();
    db.batch(records::begin(&known, &Origin::of(Actor::system("context"), NOW), 1).0).await?;
    db.query(events::insert(&event, &confident(), record, "i", 0)).await?;
    db.batch(vec![records::learn(record, &event.claims[0], event.id, NOW), proposals::insert(&proposal)]).await?;
    identity(db).await?;
    events::get(db, event.id).await?;
    classifications::of(db, &[event.id]).await?;
    events::that_may_settle(db, &pending_task(1).card, Millis::days(7)).await?;
    events::undecided_records(db, NOW, NOW).await?;
    events::figures(db, NOW).await?;
    records::get(db, record).await?;
    links::of(db, record).await?;
    links::exists(db, record, Relation::Related, record).await?;
    records::owners(db, &[&event.claims[0]]).await?;
    questions::about(db, record).await?;
    let (owner, stage) = (Some("Ada".to_owned()), Some("won".to_owned()));
    let filters = [
        RecordFilter { search: Some("ada lovelace".to_owned()), owner: owner.clone(), ..Default::default() },
        RecordFilter { record_type: Some(RecordType::Deal), ..Default::default() },
        RecordFilter { record_type: Some(RecordType::Deal), owner: owner.clone(), ..Default::default() },
        RecordFilter { record_type: Some(RecordType::Deal), owner, stage: stage.clone(), ..Default::default() },
        RecordFilter { stage, ..Default::default() },
    ];
    for filter in &filters {
        records::list(db, filter, &page).await?;
        records::export(db, filter, &PageRequest::of_a_file(None)).await?;
        records::next_file(db, filter, &PageRequest::of_a_file(None)).await?;
    }
    records::claims(db, record).await?;
    records::shared(db, record).await?;
    snapshot(db, record, &[event.id]).await?;
    proposals::get(db, id).await?;
    proposals::with_head(db, id).await?;
    proposals::existing(db, &[id]).await?;
    let situation = nerve_model::SituationRef { entry: Some(1), ..proposal.card.situation.clone() };
    chain::kept_situation(db, id, &situation).await?;
    proposals::due(db, NOW, NOW).await?;
    proposals::expired(db, Millis::days(14), NOW).await?;
    proposals::snoozed(db, NOW).await?;
    for page in [page, PageRequest::default()] {
        let queue = ProposalFilter {
            status: Some(ProposalStatus::Pending),
            snoozed: Snoozed::Hidden(NOW),
            ..Default::default()
        };
        proposals::list(db, &queue, &page).await?;
        proposals::list(db, &ProposalFilter { record: Some(record), ..Default::default() }, &page).await?;
        events::list(db, &events::EventFilter { record: Some(record), ..Default::default() }, &page).await?;
        tasks::list(db, Some(record), &page).await?;
        notes::list(db, Some(record), &page).await?;
        drafts::list(db, Some(record), &page).await?;
        notifications::list(db, Some(record), &page).await?;
    }
    review_queue(db, &proposal).await?;
    let chain = ChainId::Record(record);
    chain::head(db, &chain).await?;
    for cursor in [None, Some("9".to_owned())] {
        let page = PageRequest::new(50, cursor).unwrap();
        chain::list(db, &EntryFilter { chain: Some(chain), proposal: None }, &page).await?;
        chain::history(db, record, &page).await?;
        chain::list(db, &EntryFilter { chain: None, proposal: Some(id) }, &page).await?;
    }
    timeline::parts(db, record).await?;
    timeline::entries(db, &[(record, 9)], &Kinds { named: Vec::new(), wanted: false }, 50).await?;
    timeline::associated(db, &[record], Some((NOW, event.id)), 50).await?;
    let next = nerve_model::Proposal { version: 2, ..proposal };
    let (task, by) = (TaskId::new(NOW, 1), Actor::system("test"));
    tasks::get(db, task).await?;
    tasks::due(db, Some("Ada"), &PageRequest::default()).await?;
    let fields = RecordFields::named("Ada");
    let changes = [
        records::update(record, 1, &fields, NOW),
        records::play(record, Role::Customer),
        merges::look_again(record, NOW),
        records::forget(record, ClaimKind::Email, "ada@example.com"),
        links::remove(record, Relation::Related, record),
        tasks::complete(task, &by, NOW),
        tasks::reopen(task),
        proposals::update(&next),
        events::set_duplicates(event.id, 1),
        events::mark_decided(&[event.id], NOW),
        tasks::undo(TaskId::new(NOW, 1), NOW),
        notes::undo(NoteId::new(NOW, 1), NOW),
        drafts::undo(DraftId::new(NOW, 1), NOW),
        classifications::undo(id, NOW),
        autonomy::revoke(&RecommenderId::PLAYBOOK, event.kind(), next.card.action.kind()),
        chain::erase(&chain, 1, NOW),
    ];
    db.batch(changes.into()).await?;
    merging(db).await
}

async fn merging(db: &impl Database) -> Result<(), DatabaseError> {
    let (part, origin) = (record_id(81), Origin::of(Actor::system("test"), NOW));
    db.batch(records::create(&NewRecord::named(RecordRef { id: part, ..ada() }), &origin, 1)).await?;
    let (id, by) = (MergeId::new(NOW, 1), Actor::system("test"));
    let merge = Merge { id, part, record: ada().id, by: by.clone(), at: NOW, undone_by: None, undone_at: None };
    db.batch(merges::merge(&merge)).await?;
    merges::get(db, id).await?;
    merges::of_part(db, part).await?;
    merges::list(db, Some(part)).await?;
    merges::recombined(db, NOW).await?;
    merges::taken_apart(db, part, ada().id).await?;
    merges::extent(db, ada().id, NOW).await?;
    db.query(merges::mark_considered(&[part])).await?;
    db.batch(merges::undo(&merge, &by, NOW)).await.map(drop)
}

/// The queue from its beginning and from a place in each run of its order.
async fn review_queue(db: &impl Database, proposal: &nerve_model::Proposal) -> Result<(), DatabaseError> {
    let lifetime = Millis::days(14);
    let times = queue::QueueTimes { now: NOW, tomorrow: NOW, day_after: NOW, lifetime };
    let places = [None, Some("u"), Some("e"), Some("o")];
    for place in places.map(|run| run.map(|run| format!("{run}..1700000000000.{}", proposal.id).parse().unwrap())) {
        queue::page(db, &times, place.as_ref(), 50).await?;
        let of_record = ProposalFilter { record: Some(proposal.card.record.id), ..Default::default() };
        queue::proposals(db, &times, &of_record, place.as_ref(), 50).await?;
    }
    queue::counts(db, &times).await.map(drop)
}

async fn identity(db: &impl Database) -> Result<(), DatabaseError> {
    let (record, event) = (ada(), payment_failed(1, "in_1"));
    let profile = Profile::of(&event.claims, Some(&record.name));
    let model = Model::shipped();
    let keys = model.keys(&profile);
    let question = Question {
        id: QuestionId::new(NOW, 1),
        key: questions::key(&event.claims),
        record: record.id,
        whole: record.clone(),
        joined: false,
        event: event.id,
        candidates: Vec::new(),
        status: QuestionStatus::Open,
        answer: None,
        urgent: false,
        considered: None,
        asked_at: NOW,
        version: 1,
    };
    let party = StoredCandidate {
        part: record.id,
        record: record.clone(),
        profile: profile.clone(),
        version: 0,
        members: profile,
    };
    db.batch(candidates::index(model, &party)).await?;
    candidates::get(db, record.id).await?;
    let profile = &party.profile;
    db.query(questions::ask(&question)).await?;
    let lookup = Lookup {
        events: vec![event.id],
        claims: event.claims.iter().collect(),
        keys: keys.iter().map(|key| (0, key.as_str())).collect(),
        terms: model.terms(profile),
        tokens: vec!["nrv-1"],
        questions: vec![&question.key],
    };
    look_up(db, &lookup).await?;
    associations::of_event(db, event.id).await?;
    questions::get(db, question.id).await?;
    questions::open(db).await?;
    questions::joinable(db, &[(question.record, record_id(2))]).await?;
    for page in [PageRequest::default(), PageRequest::new(50, Some(question.id.to_string())).unwrap()] {
        questions::list(db, Some(QuestionStatus::Open), &page).await?;
    }
    let handle = Handle { handle: "nrv-1".to_owned(), what: "invoice" };
    let association = Association { record: record.clone(), confidence: 0.9, how: String::new() };
    let mut changes = vec![
        questions::consider(&question, event.id, true),
        questions::update(&Question { version: 3, ..question }),
        associations::insert(event.id, NOW, &[association]),
        associations::remember(record.id, &[handle]),
        candidates::share(&event.claims).unwrap(),
    ];
    changes.extend(candidates::unindex(model, &StoredCandidate { version: 1, ..party.clone() }));
    changes.push(questions::confirm(record.id, true));
    db.batch(changes).await.map(drop)
}

/// An import: a step that creates a record, and one that changes it.
async fn files(db: &impl Database) -> Result<(), DatabaseError> {
    let by = Actor::system("test");
    let columns = vec!["name".parse().unwrap(), "email".parse().unwrap()];
    let mapping = Mapping { columns, record_type: RecordType::Customer, region: None, ids: Mapping::own_ids() };
    let import = Import {
        id: ImportId::new(NOW, 1),
        file: "f.csv".to_owned(),
        state: ImportState::Draft,
        header: vec!["Name".to_owned(), "Email".to_owned()],
        encoding: "UTF-8".to_owned(),
        raw_header: Vec::new(),
        mapping,
        version: 1,
        chunks: 2,
        chunks_done: 0,
        counts: Counts::default(),
        kept: true,
        created_by: by.clone(),
        created_at: NOW,
        updated_at: NOW,
    };
    let chunk = Chunk { n: 0, lines: Vec::new() };
    db.batch(vec![imports::insert(&import), imports::put(import.id, &chunk)]).await?;
    imports::get(db, import.id).await?;
    imports::chunk(db, import.id, 0).await?;
    imports::refused(db, import.id, 0, 3).await?;
    imports::remarked(db, import.id, 0, 3).await?;
    imports::left(db, NOW, NOW).await?;
    let origin = Origin::of(by, NOW);
    let reference = RecordRef { id: RecordId::new(NOW, 77), record_type: RecordType::Customer, name: "Eve".to_owned() };
    let email = |value: &str| Claim { kind: ClaimKind::Email, value: value.to_owned(), role: Role::Customer };
    let new = NewRecord { claims: vec![email("eve@example.com")], ..NewRecord::named(reference.clone()) };
    db.batch(bulk::write(&[(new, origin.clone())], &[], NOW, || 1)).await?;
    let state = bulk::state(db, &[reference.id], &[&email("eve@example.com")]).await?;
    let (record, footing) = (&state[0].record, state[0].footing.clone());
    let learned = vec![email("eve@new.example")];
    let after = RecordFields::named("Eva");
    let edit =
        Edit { record: reference, version: 1, before: record.fields(), after, learned, shared: Vec::new(), footing };
    let mut changes = bulk::write(&[], &[(edit, origin)], NOW, || 1);
    changes.extend([
        imports::update(&Import { version: 2, chunks_done: 1, ..import.clone() }),
        imports::drop_chunk(import.id, 0),
        imports::drop_chunks(import.id),
    ]);
    db.batch(changes).await.map(drop)
}

#[test]
fn the_statements_of_every_day_use_an_index() {
    let db = Explained::default();
    block_on(a_day(&db)).unwrap();
    block_on(files(&db)).unwrap();
    assert_eq!(db.scans.take(), []);
}

/// The queue is read in the order of its indexes: a page costs the same however much waits.
#[test]
fn the_queue_is_not_sorted() {
    let db = Sqlite::default();
    let explained = Sorted { db: &db, sorts: RefCell::default() };
    block_on(review_queue(&explained, &pending_task(1))).unwrap();
    let sorts = explained.sorts.take();
    assert!(sorts.iter().all(|(_, sql)| sql.contains("GROUP BY band")), "{sorts:?}");
}

/// A database that collects the statements which sort rows.
struct Sorted<'a> {
    db: &'a Sqlite,
    sorts: RefCell<Vec<(String, String)>>,
}

impl Database for Sorted<'_> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        for statement in &statements {
            let explain = Statement::new(format!("EXPLAIN QUERY PLAN {}", statement.sql), statement.params.clone());
            let steps = self.db.query(explain).await?;
            let steps = steps.iter().map(|step| step.text("detail").unwrap().to_owned());
            let sorts = steps.filter(|step| step.contains("TEMP B-TREE")).map(|step| (step, statement.sql.clone()));
            self.sorts.borrow_mut().extend(sorts);
        }
        self.db.batch(statements).await
    }
}

/// Lists that read a table from its newest end and stop after a page: SQLite sorts nothing.
#[test]
fn unfiltered_lists_follow_their_key() {
    let (db, page) = (Explained::default(), PageRequest::default());
    block_on(events::list(&db, &events::EventFilter::default(), &page)).unwrap();
    block_on(proposals::list(&db, &ProposalFilter::default(), &page)).unwrap();
    block_on(records::list(&db, &RecordFilter::default(), &page)).unwrap();
    block_on(chain::list(&db, &EntryFilter::default(), &page)).unwrap();
    block_on(proposals::counts(&db)).unwrap();
    let steps: Vec<_> = db.scans.take().into_iter().map(|(step, _)| step).collect();
    let counts = "SCAN proposals USING COVERING INDEX proposals_by_status";
    assert_eq!(steps, ["SCAN events", "SCAN proposals", "SCAN records", "SCAN l", counts]);
}
