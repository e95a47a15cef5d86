use crate::{
    merge::{MergeError, find, join, joinable, part_again},
    retry::{MayConflict, retry_on_conflict},
};
use nerve_ledger::{
    Lookup,
    candidates::{self, StoredCandidate},
    chain::{self, Body, Entry, EntryKind, Heads},
    events, look_up,
    merges::{self, Merge},
    questions::{self, Answer, Question},
};
use nerve_matching::Model;
use nerve_model::{
    Actor, Claim, ClaimKind, Evidence, Match, MatchVerdict, MergeId, QuestionId, QuestionStatus, RecordId, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Entropy, Situations, Statement};

/// The confidence of a match that a person decided.
const SAID: f64 = 0.99;

/// The reason why a question was not answered, or an answer not withdrawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuestionError {
    /// No question has this id.
    #[error("there is no such question")]
    NotFound,
    /// The question was answered before.
    #[error("the question was answered already")]
    Answered {
        /// The person who answered.
        by: Actor,
        /// The time of the answer.
        at: Timestamp,
    },
    /// There is no answer to withdraw.
    #[error("the question waits for an answer")]
    Open,
    /// The records cannot be merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MayConflict for QuestionError {
    fn is_conflict(&self) -> bool {
        match self {
            Self::Database(error) => error.is_conflict(),
            Self::Merge(error) => error.is_conflict(),
            _ => false,
        }
    }
}

/// Answers questions about the record of events, and withdraws answers; each is one batch.
///
/// An answer that names a known record merges the provisional one into it, so that the agent considers the waiting
/// events with all members. A mail address or telephone number that another record owns becomes shared: it no longer
/// decides alone, even after the answer is withdrawn, since a person doubted it.
#[derive(Debug)]
pub struct Questions<'a, D, S, E> {
    /// The shared database.
    pub db: &'a D,
    /// The queue for records whose events waited.
    pub situations: &'a S,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
    /// The person who answers.
    pub actor: Actor,
}

/// The next version of a question, with the writes that lead to it.
struct Change {
    next: Question,
    statements: Vec<Statement>,
    announce: RecordId,
}

impl<D: Database, S: Situations, E: Entropy> Questions<'_, D, S, E> {
    /// Answers a question with a record, or with `None` for a new one.
    pub async fn answer(&self, id: QuestionId, record: Option<RecordId>) -> Result<Question, QuestionError> {
        self.change(id, async |question| match (question.status, &question.answer) {
            (QuestionStatus::Answered, Some(Answer { by, at, .. })) => {
                Err(QuestionError::Answered { by: by.clone(), at: *at })
            }
            _ => self.answered(question, record).await,
        })
        .await
    }

    /// Withdraws an answer: the question is open again, and its merge is undone.
    pub async fn undo(&self, id: QuestionId) -> Result<Question, QuestionError> {
        self.change(id, async |question| match question.answer.clone() {
            None => Err(QuestionError::Open),
            Some(answer) => self.reopened(question, answer).await,
        })
        .await
    }

    async fn change(
        &self,
        id: QuestionId,
        decide: impl AsyncFn(Question) -> Result<Change, QuestionError>,
    ) -> Result<Question, QuestionError> {
        let (next, announce) = retry_on_conflict(async || -> Result<_, QuestionError> {
            let question = questions::get(self.db, id).await?.ok_or(QuestionError::NotFound)?;
            let Change { next, statements, announce } = decide(question).await?;
            self.db.batch(statements).await?;
            Ok((next, announce))
        })
        .await?;
        // The sweeper repeats a lost announcement.
        let _announced = self.situations.announce(announce).await;
        Ok(next)
    }

    async fn answered(&self, question: Question, record: Option<RecordId>) -> Result<Change, QuestionError> {
        let party = self.party(question.record).await?;
        let merge = match record {
            Some(record) => self.merge(&question, record).await?,
            None => None,
        };
        let whole = merge.as_ref().map_or(question.whole.id, |merge| merge.record);
        let mut heads = chain::heads(self.db, &[question.record, whole]).await?;
        let mut statements = match &merge {
            Some(merge) => {
                let (part, record) = joinable(self.db, merge.part, merge.record).await?;
                join(merge, &part, &record, None, &mut heads, self.entropy)
            }
            None => vec![questions::confirm(question.record, true)],
        };
        statements.extend(candidates::index(Model::shipped(), &party));
        statements.extend(self.shared(&question, whole).await?);
        let said = if whole == question.record { "somebody new".to_owned() } else { format!("it is {whole}") };
        let answer = Answer {
            record: record.map(|_| whole),
            merge: merge.as_ref().map(|merge| merge.id),
            by: self.actor.clone(),
            at: self.now,
        };
        let next = Question {
            status: QuestionStatus::Answered,
            answer: Some(answer),
            version: question.version + 1,
            ..question
        };
        statements.extend(self.write(&next, EntryKind::Identified, said, &mut heads));
        Ok(Change { next, statements, announce: whole })
    }

    /// The merge of the provisional record into the chosen one; `None` where a person merged the two by hand before.
    async fn merge(&self, question: &Question, record: RecordId) -> Result<Option<Merge>, QuestionError> {
        let said = find(self.db, record).await?;
        let record = said.root.unwrap_or(said.id);
        if question.whole.id == record && question.record != said.id {
            return Ok(None);
        }
        Ok(Some(Merge {
            id: MergeId::new(self.now, self.entropy.random()),
            part: question.record,
            record,
            by: self.actor.clone(),
            at: self.now,
            undone_by: None,
            undone_at: None,
        }))
    }

    async fn reopened(&self, question: Question, answer: Answer) -> Result<Change, QuestionError> {
        let party = self.party(question.record).await?;
        let merge = match answer.merge {
            Some(merge) => merges::get(self.db, merge).await?.filter(|merge| merge.undone_at.is_none()),
            None => None,
        };
        let mut heads = chain::heads(self.db, &[question.record, question.whole.id]).await?;
        let mut statements = match merge {
            Some(merge) => self.parted(merge, &mut heads).await?,
            None => Vec::new(),
        };
        statements.push(questions::confirm(question.record, false));
        statements.extend(candidates::unindex(Model::shipped(), &party));
        let announce = question.whole.id;
        let next = Question { status: QuestionStatus::Open, answer: None, version: question.version + 1, ..question };
        statements.extend(self.write(&next, EntryKind::Reopened, "the answer was taken back".to_owned(), &mut heads));
        Ok(Change { next, statements, announce })
    }

    async fn parted(&self, merge: Merge, heads: &mut Heads) -> Result<Vec<Statement>, QuestionError> {
        let (part, record) = (find(self.db, merge.part).await?, find(self.db, merge.record).await?);
        *heads = chain::heads(self.db, &[part.id, record.id]).await?;
        let undone = Merge { undone_by: Some(self.actor.clone()), undone_at: Some(self.now), ..merge };
        Ok(part_again(&undone, &part.reference(), &record.reference(), heads, self.entropy))
    }

    async fn party(&self, record: RecordId) -> Result<StoredCandidate, QuestionError> {
        candidates::get(self.db, record).await?.ok_or(QuestionError::NotFound)
    }

    /// Marks the event's mail addresses and telephone numbers that other records own as shared.
    async fn shared(&self, question: &Question, whole: RecordId) -> Result<Option<Statement>, DatabaseError> {
        let Some(stored) = events::get(self.db, question.event).await? else { return Ok(None) };
        let claims = stored.event.outside_claims().filter(|claim| claim.kind.is_contact());
        let claims: Vec<&Claim> = claims.collect();
        let inquiry = Lookup { claims: claims.clone(), ..Lookup::default() };
        let owners = look_up(self.db, &inquiry).await?.owners;
        let others = owners.iter().filter(|owner| ![whole, question.record].contains(&owner.candidate.record.id));
        let of = |claim: &&&Claim| others.clone().any(|owner| owner.kind == claim.kind && owner.value == claim.value);
        let shared: Vec<Claim> = claims.iter().filter(of).map(|claim| (**claim).clone()).collect();
        Ok(candidates::share(&shared))
    }

    /// The next version of the question, and its entry in the chain of its record.
    fn write(&self, next: &Question, kind: EntryKind, note: String, heads: &mut Heads) -> Vec<Statement> {
        let named = next.answer.iter().filter_map(|answer| answer.record).collect();
        let body = Body { note: Some(note), question: Some(next.id), named, ..Body::default() };
        let (actor, event) = (self.actor.clone(), Some(next.event));
        let entry = Entry { kind, at: self.now, actor, proposal: None, event, body };
        let mut statements = vec![questions::update(next)];
        statements.extend(heads.append(next.record, &entry, self.entropy.random()));
        statements
    }
}

/// The questions with those candidates that an answer can name: an erased record, one of another type or one that would
/// have too many members is not offered. An answered question stays as it is.
///
/// # Errors
///
/// The database could not be read.
pub async fn offered(db: &impl Database, asked: &mut [Question]) -> Result<(), DatabaseError> {
    let waiting = asked.iter().filter(|question| question.waits());
    let pairs =
        waiting.flat_map(|question| question.candidates.iter().map(|candidate| (question.record, candidate.record.id)));
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let joinable = questions::joinable(db, &pairs).await?;
    for question in asked.iter_mut().filter(|question| question.waits()) {
        let record = question.record;
        question.candidates.retain(|candidate| joinable.contains(&(record, candidate.record.id)));
    }
    Ok(())
}

/// The match of events whose question a person answered, or whose record a person merged by hand.
pub(crate) fn told(question: &Question) -> Match {
    let by = question.answer.as_ref().map_or_else(|| "a person".to_owned(), |answer| answer.by.to_string());
    let said = Evidence {
        field: ClaimKind::Name,
        value: question.whole.name.clone(),
        finding: format!("{by} said so"),
        weight: SAID,
    };
    Match {
        verdict: MatchVerdict::Confident,
        confidence: SAID,
        evidence: vec![said],
        runner_up: None,
        prior: None,
        against: None,
    }
}
