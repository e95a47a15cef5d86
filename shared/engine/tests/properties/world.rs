//! The engine on real SQLite, and the people who use it.

use nerve_connectors::Team;
use nerve_engine::{Agent, Dispatcher, Executor, Merger, Questions, RecordEditor, Review};
use nerve_intake::inbox;
use nerve_ledger::{PageRequest, proposals, questions};
use nerve_model::{Actor, Event, EventId, Millis, Proposal, ProposalId, ProposalStatus, QuestionStatus, RecordId};
use nerve_policy::Playbook;
use nerve_ports::{Row, Value};
use nerve_situation::DOCUMENT_BYTES;
use nerve_testkit::{
    FakeQueue, FakeTool, ObjectSqlite, Objects, SeededEntropy, Sqlite, block_on,
    events::{NOW, arrive},
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct World {
    pub(crate) db: Sqlite,
    pub(crate) objects: Objects,
    inbox: ObjectSqlite,
    actions: FakeQueue<ProposalId>,
    situations: FakeQueue<RecordId>,
    entropy: SeededEntropy,
    playbook: Playbook,
}

impl World {
    pub(crate) fn new() -> Self {
        let (db, inbox) = (Sqlite::default(), ObjectSqlite::default());
        inbox::open(&inbox).unwrap();
        // As if there were many others: among few, everything is a coincidence.
        db.tamper("INSERT INTO terms (field, value, n) VALUES ('', '', 20000)");
        Self {
            db,
            objects: Objects::default(),
            inbox,
            actions: FakeQueue::default(),
            situations: FakeQueue::default(),
            entropy: SeededEntropy::new(1),
            playbook: Playbook::load().unwrap(),
        }
    }

    /// These arrive, and are handed on together.
    pub(crate) fn arrive(&self, events: &[Event]) {
        for event in events {
            arrive(&self.inbox, "test:1", event, NOW);
        }
        let dispatcher = Dispatcher {
            db: &self.db,
            records: &self.objects,
            situations: &self.situations,
            entropy: &self.entropy,
            retention: Millis::days(90),
            now: NOW,
        };
        assert_eq!(block_on(dispatcher.dispatch(&self.inbox)).unwrap().failures, [""; 0]);
    }

    /// The agent works through everything it was told of.
    pub(crate) fn consider(&self) {
        let agent = Agent {
            db: &self.db,
            records: &self.objects,
            actions: &self.actions,
            entropy: &self.entropy,
            recommender: &self.playbook,
            document_bytes: DOCUMENT_BYTES,
            now: NOW,
        };
        for record in self.situations.take() {
            block_on(agent.consider(record)).unwrap();
        }
    }

    pub(crate) fn merger(&self) -> Merger<'_, Sqlite, FakeQueue<RecordId>, SeededEntropy> {
        Merger { db: &self.db, situations: &self.situations, entropy: &self.entropy, now: NOW, actor: mia() }
    }

    pub(crate) fn questions(&self) -> Questions<'_, Sqlite, FakeQueue<RecordId>, SeededEntropy> {
        Questions { db: &self.db, situations: &self.situations, entropy: &self.entropy, now: NOW, actor: mia() }
    }

    pub(crate) fn registry(&self) -> RecordEditor<'_, Sqlite, SeededEntropy> {
        RecordEditor { db: &self.db, entropy: &self.entropy, now: NOW, actor: mia() }
    }

    /// A person agrees to what is proposed, and it is carried out.
    pub(crate) fn approve(&self, proposal: &Proposal) {
        let Self { db, actions, entropy, .. } = self;
        let review = Review { db, actions, entropy, now: NOW, actor: mia() };
        block_on(review.approve(proposal.id, &proposal.digest)).unwrap();
        let (tool, team) = (FakeTool::default(), Team::Console);
        block_on(Executor { db, entropy, http: &tool, team: &team, now: NOW }.execute(proposal.id)).unwrap();
    }

    pub(crate) fn proposed(&self) -> Vec<Proposal> {
        let of = proposals::ProposalFilter { status: Some(ProposalStatus::Pending), ..Default::default() };
        block_on(proposals::list(&self.db, &of, &PageRequest::new(100, None).unwrap())).unwrap().items
    }

    pub(crate) fn asked(&self, status: QuestionStatus) -> Vec<questions::Question> {
        block_on(questions::list(&self.db, Some(status), &PageRequest::new(100, None).unwrap())).unwrap().items
    }

    /// A person who knows whose each event is answers what is asked: of whom more is known, that it is them.
    pub(crate) fn answer_as_one_who_knows(&self, whose: &BTreeMap<EventId, usize>) {
        for question in self.asked(QuestionStatus::Open) {
            let sql = "SELECT e.id, r.id AS part, COALESCE(r.root, r.id) AS record
                       FROM events e JOIN records r ON r.id = e.record ORDER BY e.id";
            let known = self.db.look(sql).iter().find_map(|row| {
                let (event, part, record): (EventId, RecordId, RecordId) =
                    (row.parse("id").unwrap(), row.parse("part").unwrap(), row.parse("record").unwrap());
                let same = whose[&event] == whose[&question.event] && ![part, record].contains(&question.record);
                same.then_some(record)
            });
            block_on(self.questions().answer(question.id, known)).unwrap();
        }
    }

    /// A column of a query's rows.
    pub(crate) fn column(&self, sql: &str) -> BTreeSet<String> {
        self.db.look(sql).iter().map(|row| row.text("it").unwrap().to_owned()).collect()
    }

    /// Every row there is, in the shared database and in the record objects, but those of some tables and columns.
    pub(crate) fn everything_but(&self, tables: &[&str], columns: &[&str]) -> BTreeSet<String> {
        let list = "SELECT name AS it FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let shown = |table: &str, row: Row| {
            let cells = row.0.into_iter().filter(|(column, _)| !columns.contains(&&*format!("{table}.{column}")));
            format!("{table} {:?}", cells.collect::<BTreeMap<String, Value>>())
        };
        let tables: Vec<String> = self.column(list).into_iter().filter(|name| !tables.contains(&&**name)).collect();
        let rows = tables.iter().flat_map(|table| {
            self.db.look(&format!("SELECT * FROM {table}")).into_iter().map(move |row| shown(table, row))
        });
        let own = self.objects.look(list).into_iter().map(|(_, row)| row.text("it").unwrap().to_owned());
        let own: BTreeSet<String> = own.collect();
        let kept = own.iter().flat_map(|table| {
            let rows = self.objects.look(&format!("SELECT * FROM {table}"));
            rows.into_iter().map(move |(record, row)| format!("{record} {}", shown(table, row)))
        });
        rows.chain(kept).collect()
    }
}

fn mia() -> Actor {
    Actor::Person("Mia".to_owned())
}
