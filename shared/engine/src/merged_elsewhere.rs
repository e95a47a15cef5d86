//! Merges that another tool reports: the records of the ids that are one there become one here.
//!
//! Resolution has given every id without a record to the primary one before. Two known records are merged on the signed
//! word of the tool, which a person can undo and which is then not repeated. A person is asked where their names
//! contradict, or where only a shared secret came with the word.

use crate::{
    merge::{MergeError, join, joinable},
    resolve::asked,
    retry::retry_on_conflict,
};
use nerve_ledger::{
    Lookup,
    candidates::StoredCandidate,
    chain, look_up,
    merges::{self, Merge},
    questions::{self, Question},
    records,
};
use nerve_matching::{Candidate as Compared, Model, TermCounts};
use nerve_model::{
    Actor, Candidate, Claim, ClaimKind, Event, Evidence, MergeId, QuestionId, QuestionStatus, RecordId, RecordRef,
    Role, Subject, Timestamp, Trust,
};
use nerve_ports::{Database, DatabaseError, Entropy};

/// The confidence of a candidate that the tool names and the names contradict.
const EVEN: f64 = 0.5;

/// Follows the merge that an event reports; returns the roots that got a new member. Repeating it changes nothing.
pub(crate) async fn follow(
    db: &impl Database,
    entropy: &impl Entropy,
    event: &Event,
    now: Timestamp,
) -> Result<Vec<RecordId>, DatabaseError> {
    let mut grown = Vec::new();
    let claims: Vec<Claim> = event.merged_subjects().iter().map(claim).collect();
    let Some((primary, others)) = claims.split_first().filter(|_| !event.test) else { return Ok(grown) };
    for other in others {
        let pair = Pair { db, entropy, event, primary, other, now };
        grown.extend(retry_on_conflict(async || pair.follow().await).await?);
    }
    Ok(grown)
}

fn claim(subject: &Subject) -> Claim {
    Claim { kind: ClaimKind::External, value: subject.to_string(), role: Role::Customer }
}

/// Two ids that are one in the other tool.
struct Pair<'a, D, E> {
    db: &'a D,
    entropy: &'a E,
    event: &'a Event,
    primary: &'a Claim,
    other: &'a Claim,
    now: Timestamp,
}

impl<D: Database, E: Entropy> Pair<'_, D, E> {
    async fn follow(&self) -> Result<Option<RecordId>, DatabaseError> {
        let key = questions::key([self.primary, self.other]);
        let inquiry = Lookup { claims: vec![self.primary, self.other], questions: vec![&key], ..Lookup::default() };
        let found = look_up(self.db, &inquiry).await?;
        let owner = |claim: &Claim| found.owners.iter().find(|owner| owner.value == claim.value);
        let (Some(primary), Some(other)) = (owner(self.primary), owner(self.other)) else { return Ok(None) };
        let (primary, other) = (&primary.candidate, &other.candidate);
        let (one, two) = (primary.record.id, other.record.id);
        if one == two || merges::taken_apart(self.db, one, two).await? {
            return Ok(None);
        }
        if self.is_doubtful(primary, other) {
            self.ask(primary, other, &found.asked, key).await?;
            return Ok(None);
        }
        // The one that a person knows stays.
        let (part, whole) =
            if self.is_provisional(one).await? && !self.is_provisional(two).await? { (one, two) } else { (two, one) };
        let Some((part, record)) = self.joinable(part, whole).await? else { return Ok(None) };
        let merge = Merge {
            id: MergeId::new(self.now, self.entropy.random()),
            part: part.id,
            record: record.id,
            by: Actor::system("context"),
            at: self.now,
            undone_by: None,
            undone_at: None,
        };
        let mut heads = chain::heads(self.db, &[part.id, record.id]).await?;
        let why = format!("{} reported: {}", self.event.source, self.event.summary);
        self.db.batch(join(&merge, &part, &record, Some(&why), &mut heads, self.entropy)).await?;
        Ok(Some(record.id))
    }

    fn is_doubtful(&self, primary: &StoredCandidate, other: &StoredCandidate) -> bool {
        self.event.trust == Trust::Token || Model::shipped().contradicts(&primary.members, &other.members)
    }

    async fn is_provisional(&self, record: RecordId) -> Result<bool, DatabaseError> {
        Ok(records::get(self.db, record).await?.is_some_and(|record| record.provisional))
    }

    /// Both records; `None` where they cannot be merged, whoever says so.
    async fn joinable(
        &self,
        part: RecordId,
        record: RecordId,
    ) -> Result<Option<(RecordRef, RecordRef)>, DatabaseError> {
        match joinable(self.db, part, record).await {
            Ok(both) => Ok(Some(both)),
            Err(MergeError::Database(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Asks a person. The question is about a record that has no parts and no other question, so that it can wait.
    async fn ask(
        &self,
        primary: &StoredCandidate,
        other: &StoredCandidate,
        before: &[Question],
        key: String,
    ) -> Result<(), DatabaseError> {
        for (about, candidate) in [(other, primary), (primary, other)] {
            let id = about.record.id;
            let is_free = !before.iter().any(|question| question.record == id || question.key == key);
            let stands_alone = records::members(self.db, id).await?.len() == 1;
            if !is_free || !stands_alone || self.joinable(id, candidate.record.id).await?.is_none() {
                continue;
            }
            let question = Question {
                id: QuestionId::new(self.now, self.entropy.random()),
                key,
                record: id,
                whole: about.record.clone(),
                joined: false,
                event: self.event.id,
                candidates: vec![self.candidate(about, candidate)],
                status: QuestionStatus::Open,
                answer: None,
                asked_at: self.now,
                urgent: false,
                considered: None,
                version: 1,
            };
            let mut heads = chain::heads(self.db, &[id]).await?;
            let mut statements = vec![questions::ask(&question)];
            statements.extend(heads.append(id, &asked(&question), self.entropy.random()));
            return self.db.batch(statements).await.map(drop);
        }
        Ok(())
    }

    /// The candidate with what speaks against it, and the word of the tool for it.
    fn candidate(&self, about: &StoredCandidate, candidate: &StoredCandidate) -> Candidate {
        let known = [Compared { record: candidate.record.clone(), profile: candidate.members.clone() }];
        let decision = Model::shipped().decide(&about.members, &known, &TermCounts::default());
        let (prior, mut evidence) =
            decision.best.as_ref().map_or((0.0, Vec::new()), |best| (best.start(), best.evidence()));
        let against: f64 = prior + evidence.iter().map(|finding| finding.weight).sum::<f64>();
        evidence.push(Evidence {
            field: ClaimKind::External,
            value: self.other.value.clone(),
            finding: format!("{} merged it with {}", self.event.source, self.primary.value),
            weight: -against,
        });
        Candidate {
            record: candidate.record.clone(),
            confidence: EVEN,
            prior,
            against: decision.best.map(|best| best.against),
            evidence,
        }
    }
}
