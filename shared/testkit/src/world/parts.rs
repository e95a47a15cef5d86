//! Construction of the engine's steps, each in one place.

use super::{FakeOperations, World, person};
use crate::{FakeQueue, Objects, SeededEntropy, Sqlite, events::NOW};
use nerve_engine::{Agent, Dispatcher, Eraser, Executor, Importer, Merger, Questions, RecordEditor, Review, Sweeper};
use nerve_intake::inbox;
use nerve_ledger::privacy::Words;
use nerve_model::{DedupKey, Millis, ProposalId, RecordId};
use nerve_ports::{Database, Entropy, ErasureTargets, HttpClient, Unreachable};
use nerve_situation::{DOCUMENT_BYTES, forget};

type Actions = FakeQueue<ProposalId>;
type Situations = FakeQueue<RecordId>;

impl World {
    /// A dispatcher with this database.
    pub fn dispatcher<'a, D: Database>(&'a self, db: &'a D) -> Dispatcher<'a, D, Objects, Situations, SeededEntropy> {
        Dispatcher {
            db,
            records: &self.objects,
            situations: &self.situations,
            entropy: &self.entropy,
            retention: Millis::days(90),
            now: self.now.get(),
        }
    }

    /// An agent with this database and recommender.
    pub fn agent<'a, D: Database, M>(
        &'a self,
        db: &'a D,
        recommender: &'a M,
    ) -> Agent<'a, D, Objects, Actions, SeededEntropy, FakeOperations, M> {
        Agent {
            db,
            records: &self.objects,
            actions: &self.actions,
            entropy: &self.entropy,
            operations: &self.operations,
            recommender,
            document_bytes: DOCUMENT_BYTES,
            now: self.now.get(),
        }
    }

    /// An executor with this database and network.
    pub fn executor<'a, D: Database, H: HttpClient>(
        &'a self,
        db: &'a D,
        http: &'a H,
    ) -> Executor<'a, D, SeededEntropy, H> {
        Executor { db, entropy: &self.entropy, http, team: &self.team, now: self.now.get() }
    }

    /// The review of proposals by this person.
    pub fn review(&self, name: &str) -> Review<'_, Sqlite, Objects, Actions, SeededEntropy, FakeOperations> {
        let Self { db, objects, actions, entropy, operations, now, .. } = self;
        let (now, actor) = (now.get(), person(name));
        Review { db, records: objects, actions, entropy, operations, now, actor }
    }

    /// Merges by this person.
    pub fn merger(&self, name: &str) -> Merger<'_, Sqlite, Situations, SeededEntropy> {
        let Self { db, situations, entropy, now, .. } = self;
        Merger { db, situations, entropy, now: now.get(), actor: person(name) }
    }

    /// Answers to questions by this person.
    pub fn questions(&self, name: &str) -> Questions<'_, Sqlite, Situations, SeededEntropy> {
        let Self { db, situations, entropy, now, .. } = self;
        Questions { db, situations, entropy, now: now.get(), actor: person(name) }
    }

    /// Edits of records by this person.
    pub fn editor(&self, name: &str) -> RecordEditor<'_, Sqlite, SeededEntropy> {
        self.editor_with(name, &self.entropy)
    }

    /// The same with other randomness.
    pub fn editor_with<'a, E: Entropy>(&'a self, name: &str, entropy: &'a E) -> RecordEditor<'a, Sqlite, E> {
        RecordEditor { db: &self.db, entropy, now: self.now.get(), actor: person(name) }
    }

    /// The import of files.
    pub fn importer(&self) -> Importer<'_, Sqlite, SeededEntropy> {
        Importer { db: &self.db, entropy: &self.entropy, now: self.now.get() }
    }

    /// The erasure of people.
    pub fn eraser(&self) -> Eraser<'_, Sqlite, Objects, SeededEntropy> {
        Eraser { db: &self.db, targets: &self.objects, entropy: &self.entropy, now: self.now.get() }
    }

    /// The sweeper with this database.
    pub fn sweeper<'a, D: Database>(
        &'a self,
        db: &'a D,
    ) -> Sweeper<'a, D, Actions, Situations, Objects, SeededEntropy> {
        let Self { actions, situations, objects, entropy, now, .. } = self;
        Sweeper { db, actions, situations, targets: objects, entropy, now: now.get() }
    }
}

impl ErasureTargets for Objects {
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        self.inbox(inbox, |storage| inbox::erase(storage, key, words, NOW)).map(drop)
    }

    async fn scrub_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        let words = Words::replacing(words.to_vec());
        self.inbox(inbox, |storage| inbox::scrub(storage, key, |text| words.without(text), NOW)).map(drop)
    }

    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable> {
        self.timeline(record, forget::erase)
    }

    async fn scrub_timeline(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable> {
        let words = Words::replacing(words.to_vec());
        self.timeline(record, |storage| forget::scrub(storage, |text| words.without(text)))
    }
}
