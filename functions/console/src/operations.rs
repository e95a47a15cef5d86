//! The engine's operations on behalf of the caller, shared by the pages and the API.

use crate::{access::Caller, problem::Problem, routes::Call, services::Services};
use nerve_engine::{Eraser, Importer, Merger, Questions, RecordEditor, Review};
use nerve_ledger::privacy::{self, Erasure};
use nerve_model::{Actor, Claim, ClaimKind, ErasureId, RecordId, Role, clip};

/// The steps of an erasure that one request takes; the sweeper takes the rest.
const ERASURE_STEPS: u32 = 40;

impl<S: Services> Call<'_, S> {
    /// The caller's name in the ledger.
    pub(crate) fn actor(&self) -> Result<Actor, Problem> {
        self.caller.as_ref().map(Caller::actor).ok_or(Problem::Unauthorized)
    }

    /// Decides proposals and grants autonomy.
    pub(crate) fn review(&self) -> Result<Review<'_, S::Db, S, S, S, S>, Problem> {
        let (services, actor) = (self.services, self.actor()?);
        Ok(Review {
            db: services.db(),
            records: services,
            actions: services,
            entropy: services,
            operations: services,
            now: services.now(),
            actor,
        })
    }

    /// Creates and changes records, their claims, links, tasks and notes.
    pub(crate) fn editor(&self) -> Result<RecordEditor<'_, S::Db, S>, Problem> {
        let (services, actor) = (self.services, self.actor()?);
        Ok(RecordEditor { db: services.db(), entropy: services, now: services.now(), actor })
    }

    /// Merges records and undoes merges.
    pub(crate) fn merger(&self) -> Result<Merger<'_, S::Db, S, S>, Problem> {
        let (services, actor) = (self.services, self.actor()?);
        Ok(Merger { db: services.db(), situations: services, entropy: services, now: services.now(), actor })
    }

    /// Answers identity questions.
    pub(crate) fn questions(&self) -> Result<Questions<'_, S::Db, S, S>, Problem> {
        let (services, actor) = (self.services, self.actor()?);
        Ok(Questions { db: services.db(), situations: services, entropy: services, now: services.now(), actor })
    }

    /// Imports records from files.
    pub(crate) fn importer(&self) -> Importer<'_, S::Db, S> {
        Importer { db: self.services.db(), entropy: self.services, now: self.services.now() }
    }

    fn eraser(&self) -> Eraser<'_, S::Db, S, S> {
        let services = self.services;
        Eraser { db: services.db(), targets: services, entropy: services, now: services.now() }
    }

    /// Begins to erase a record and takes the first steps. A step that fails is no failure of the request: the sweeper
    /// repeats it.
    pub(crate) async fn erase(&self, record: RecordId, reason: &str) -> Result<Erasure, Problem> {
        let eraser = self.eraser();
        let begun = eraser.begin(record, &self.actor()?, reason).await?;
        if let Err(error) = eraser.go_on(begun.id, ERASURE_STEPS).await {
            self.services.report(&format!("an erasure goes on later: {error}"));
        }
        privacy::get(self.services.db(), begun.id).await?.ok_or(Problem::NotFound("erasure"))
    }

    /// Ends the suppression of an erased person's data.
    pub(crate) async fn end_suppression(&self, erasure: ErasureId) -> Result<Erasure, Problem> {
        Ok(self.eraser().release(erasure, &self.actor()?).await?)
    }

    /// A claim in normal form, from the text a person entered.
    pub(crate) fn claim(&self, kind: ClaimKind, text: &str) -> Result<Claim, Problem> {
        let people = self.services.people();
        let read = match kind {
            ClaimKind::Phone => {
                let number = nerve_telephone::read(text, people.home()).numbers.into_iter().next();
                number.map(|value| Claim { kind, value, role: Role::Customer })
            }
            _ => people.claim(kind, text),
        };
        read.ok_or_else(|| Problem::Invalid(format!("“{}” is not {}.", clip(text, 60), expected(kind))))
    }
}

const fn expected(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::External => "an account as tools name it, such as stripe:customer:cus_123",
        ClaimKind::Email => "a mail address",
        ClaimKind::Phone => "a telephone number with its country code",
        ClaimKind::Domain => "a domain",
        ClaimKind::Serial => "a serial number",
        ClaimKind::Name => "a name",
        ClaimKind::Address => "an address",
    }
}
