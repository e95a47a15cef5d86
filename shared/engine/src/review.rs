use crate::{ATTEMPTS, decide};
use nerve_ledger::{
    autonomy,
    chain::{self, Body, ChainId, Entry, EntryKind, Head},
    events, proposals, records,
};
use nerve_model::{
    Action, ActionKind, Actor, Decision, Digest, EventKind, Millis, Proposal, ProposalId, ProposalStatus, Timestamp,
    one_line,
};
use nerve_policy::Category;
use nerve_ports::{Actions, Database, DatabaseError, Entropy, Statement};
use nerve_protocol::limits::PROPOSAL_LIFETIME;
use serde_json::Value;

/// Why a decision was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReviewError {
    /// There is no such proposal.
    #[error("there is no such proposal")]
    NotFound,
    /// What was shown is no longer what is proposed: look again.
    #[error("the proposal has changed since it was shown")]
    Stale {
        /// Of what is proposed now.
        digest: Digest,
    },
    /// The proposal is not in a state that allows this.
    #[error("the proposal is {status} already")]
    Decided {
        /// Where it stands.
        status: ProposalStatus,
        /// Who decided it.
        by: Option<Actor>,
        /// When.
        at: Option<Timestamp>,
    },
    /// Critical actions are carried out by a person, outside Nerve.
    #[error("a critical action is carried out by a person, outside Nerve")]
    HumanOwned,
    /// The request makes no sense; the text says why.
    #[error("{0}")]
    Invalid(String),
    /// The database could not do it now.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Where a person's decisions about proposals are taken: each is one batch of the proposal's new state and its ledger
/// entry, refused when somebody else was faster.
#[derive(Debug)]
pub struct Review<'a, D, A, E> {
    /// The shared database.
    pub db: &'a D,
    /// Where approved proposals are announced.
    pub actions: &'a A,
    /// For salts.
    pub entropy: &'a E,
    /// The time of the decision.
    pub now: Timestamp,
    /// Who decides.
    pub actor: Actor,
}

/// A decision: the proposal's next state, what the ledger says about it, and writes that go with it.
struct Change {
    next: Proposal,
    kind: EntryKind,
    human_override: Option<String>,
    note: Option<String>,
    outcome: Option<String>,
    also: Vec<Statement>,
}

impl Change {
    fn new(next: Proposal, kind: EntryKind) -> Self {
        Self { next, kind, human_override: None, note: None, outcome: None, also: Vec::new() }
    }

    fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl<D: Database, A: Actions, E: Entropy> Review<'_, D, A, E> {
    /// Agrees to exactly what was shown.
    pub async fn approve(&self, id: ProposalId, digest: &Digest) -> Result<Proposal, ReviewError> {
        let approved = self.change(id, async |proposal| self.approval(proposal, digest)).await?;
        // A lost announcement is made again by the sweeper.
        let _announced = self.actions.announce(id).await;
        Ok(approved)
    }

    fn approval(&self, mut proposal: Proposal, digest: &Digest) -> Result<Change, ReviewError> {
        pending(&proposal)?;
        if proposal.card.action.executable().is_none() {
            return Err(ReviewError::HumanOwned);
        }
        if proposal.digest != *digest {
            return Err(ReviewError::Stale { digest: proposal.digest });
        }
        proposal.status = ProposalStatus::Approved;
        proposal.decision = Some(self.decision(None));
        Ok(Change::new(proposal, EntryKind::Approved))
    }

    /// Says no.
    pub async fn reject(&self, id: ProposalId, reason: &str) -> Result<Proposal, ReviewError> {
        let reason = one_line(reason, 500);
        self.change(id, async |mut proposal| {
            if proposal.status != ProposalStatus::Failed {
                pending(&proposal)?;
            }
            let said =
                if reason.is_empty() { "rejected without a reason".to_owned() } else { format!("rejected: {reason}") };
            proposal.status = ProposalStatus::Rejected;
            proposal.decision = Some(self.decision(Some(reason.clone()).filter(|reason| !reason.is_empty())));
            Ok(Change { human_override: Some(said), ..Change::new(proposal, EntryKind::Rejected) })
        })
        .await
    }

    /// Replaces the parameters. Risk and gates are worked out anew and the digest changes.
    pub async fn edit(&self, id: ProposalId, params: Value) -> Result<Proposal, ReviewError> {
        self.change(id, async |proposal| {
            pending(&proposal)?;
            let executable = proposal.card.action.executable().ok_or(ReviewError::HumanOwned)?;
            let edited =
                executable.with_params(params.clone()).map_err(|error| ReviewError::Invalid(error.to_string()))?;
            let next = self.regate(proposal, Action::Executable(edited)).await?;
            Ok(Change {
                human_override: Some("edited the parameters".to_owned()),
                ..Change::new(next, EntryKind::Edited)
            })
        })
        .await
    }

    async fn regate(&self, mut proposal: Proposal, action: Action) -> Result<Proposal, ReviewError> {
        let trust = events::get(self.db, proposal.card.event.id).await?.map(|stored| stored.event.trust);
        let addresses = records::addresses(self.db, proposal.card.record.id).await?;
        let grants = decide::autonomy(autonomy::all(self.db).await?);
        proposal.card.action = action;
        decide::reassess(&mut proposal.card, trust, &addresses, &grants);
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        Ok(proposal)
    }

    /// Supplies what was missing to decide.
    pub async fn answer(&self, id: ProposalId, answer: &str) -> Result<Proposal, ReviewError> {
        let answer = one_line(answer, 1_000);
        if answer.is_empty() {
            return Err(ReviewError::Invalid("the answer is empty".to_owned()));
        }
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            proposal.card.answers.push(format!("{}: {answer}", self.actor));
            proposal.digest = proposals::digest(proposal.id, &proposal.card);
            Ok(Change::new(proposal, EntryKind::Answered).note(&answer))
        })
        .await
    }

    /// Hides the proposal from the queue until `until`, at most as long as it lives; `None` brings it back.
    pub async fn snooze(&self, id: ProposalId, until: Option<Timestamp>) -> Result<Proposal, ReviewError> {
        if until.is_some_and(|until| until <= self.now || until > self.now + PROPOSAL_LIFETIME) {
            return Err(ReviewError::Invalid("a proposal is snoozed until a time in the next 14 days".to_owned()));
        }
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            proposal.handling.snoozed_until = until;
            // A day is left to decide after the snooze.
            proposal.expires_at =
                until.map_or(proposal.expires_at, |until| proposal.expires_at.max(until + Millis::days(1)));
            let said = until.map_or_else(|| "brought back".to_owned(), |until| format!("until {until}"));
            Ok(Change::new(proposal, EntryKind::Snoozed).note(said))
        })
        .await
    }

    /// Says who should decide; `None` means nobody in particular.
    pub async fn assign(&self, id: ProposalId, to: Option<&str>) -> Result<Proposal, ReviewError> {
        let to = to.map(|name| one_line(name, 80)).filter(|name| !name.is_empty());
        self.change(id, async |mut proposal| {
            pending(&proposal)?;
            proposal.handling.assigned_to.clone_from(&to);
            let said = to.as_ref().map_or_else(|| "to nobody in particular".to_owned(), |name| format!("to {name}"));
            Ok(Change::new(proposal, EntryKind::Assigned).note(said))
        })
        .await
    }

    /// Takes back what was done.
    pub async fn undo(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        self.change(id, async |mut proposal| {
            if proposal.status != ProposalStatus::Done {
                return Err(decided(&proposal));
            }
            let also = match proposal.card.action.executable() {
                Some(action) => nerve_connectors::undo(&proposal, action, self.now)
                    .map_err(|error| ReviewError::Invalid(error.to_string()))?,
                None => return Err(ReviewError::HumanOwned),
            };
            proposal.status = ProposalStatus::Undone;
            let said = Some("taken back".to_owned());
            Ok(Change { human_override: said, also, ..Change::new(proposal, EntryKind::Undone) })
        })
        .await
    }

    /// Writes down how it ended, for example `paid two days later`.
    pub async fn outcome(&self, id: ProposalId, outcome: &str) -> Result<Proposal, ReviewError> {
        let outcome = one_line(outcome, 500);
        if outcome.is_empty() {
            return Err(ReviewError::Invalid("the outcome is empty".to_owned()));
        }
        self.change(id, async |mut proposal| {
            if proposal.status == ProposalStatus::Pending && proposal.card.action.executable().is_some() {
                return Err(ReviewError::Invalid("a proposal has an outcome once it is decided".to_owned()));
            }
            proposal.outcome = Some(outcome.clone());
            Ok(Change { outcome: Some(outcome.clone()), ..Change::new(proposal, EntryKind::Outcome) })
        })
        .await
    }

    /// Tries a failed proposal again.
    pub async fn retry(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        let retried = self
            .change(id, async |mut proposal| {
                if !matches!(proposal.status, ProposalStatus::Failed | ProposalStatus::Unknown) {
                    return Err(decided(&proposal));
                }
                proposal.status = ProposalStatus::Approved;
                proposal.execution = nerve_model::Execution::default();
                Ok(Change {
                    human_override: Some("tried again".to_owned()),
                    ..Change::new(proposal, EntryKind::Retried)
                })
            })
            .await?;
        let _announced = self.actions.announce(id).await;
        Ok(retried)
    }

    /// Says that something of which nobody knew whether it happened did happen.
    pub async fn found_done(&self, id: ProposalId) -> Result<Proposal, ReviewError> {
        self.change(id, async |mut proposal| {
            if proposal.status != ProposalStatus::Unknown {
                return Err(decided(&proposal));
            }
            proposal.status = ProposalStatus::Done;
            proposal.execution.result = Some("found done by a person".to_owned());
            let said = Some("found done".to_owned());
            Ok(Change { human_override: said, ..Change::new(proposal, EntryKind::Executed).note("found done") })
        })
        .await
    }

    /// Lets a category act without a person from now on.
    pub async fn grant(&self, event: EventKind, action: ActionKind) -> Result<(), ReviewError> {
        let category = Category::new(event, action).map_err(|error| ReviewError::Invalid(error.to_string()))?;
        let statement = autonomy::grant(event, action, &self.actor, self.now);
        self.change_settings(EntryKind::Granted, statement, format!("{category} may act without a person")).await
    }

    /// Asks a person again for everything in a category.
    pub async fn revoke(&self, event: EventKind, action: ActionKind) -> Result<(), ReviewError> {
        let category = Category::new(event, action).map_err(|error| ReviewError::Invalid(error.to_string()))?;
        self.change_settings(EntryKind::Revoked, autonomy::revoke(event, action), format!("{category} asks a person"))
            .await
    }

    async fn change_settings(&self, kind: EntryKind, statement: Statement, note: String) -> Result<(), ReviewError> {
        let mut refused = DatabaseError::Conflict("not tried".to_owned());
        for _ in 0..ATTEMPTS {
            let mut head = chain::head(self.db, &ChainId::Settings).await?;
            let body = Body { note: Some(note.clone()), ..Body::default() };
            let entry = Entry { kind, at: self.now, actor: self.actor.clone(), proposal: None, event: None, body };
            let mut statements = vec![statement.clone()];
            statements.extend(head.append(&ChainId::Settings, &entry, self.entropy.random()));
            match self.db.batch(statements).await {
                Err(conflict @ DatabaseError::Conflict(_)) => refused = conflict,
                settled => return settled.map(drop).map_err(ReviewError::from),
            }
        }
        Err(refused.into())
    }

    /// Loads, decides, writes; starts over when the proposal or its chain changed in between.
    async fn change(
        &self,
        id: ProposalId,
        decide: impl AsyncFn(Proposal) -> Result<Change, ReviewError>,
    ) -> Result<Proposal, ReviewError> {
        let mut refused = DatabaseError::Conflict("not tried".to_owned());
        for _ in 0..ATTEMPTS {
            let (proposal, head) = proposals::with_head(self.db, id).await?.ok_or(ReviewError::NotFound)?;
            match self.write(decide(proposal).await?, head).await {
                Err(conflict @ DatabaseError::Conflict(_)) => refused = conflict,
                written => return written.map_err(ReviewError::from),
            }
        }
        Err(refused.into())
    }

    async fn write(&self, change: Change, mut head: Head) -> Result<Proposal, DatabaseError> {
        let next = decide::advance(change.next, self.now);
        let body = Body {
            human_override: change.human_override,
            note: change.note,
            final_outcome: change.outcome,
            ..Body::of(&next)
        };
        let entry = decide::entry(change.kind, &next, self.actor.clone(), body, self.now);
        let mut statements = vec![proposals::update(&next)];
        statements.extend(change.also);
        statements.extend(head.append(&ChainId::Record(next.card.home()), &entry, self.entropy.random()));
        self.db.batch(statements).await?;
        Ok(next)
    }

    fn decision(&self, reason: Option<String>) -> Decision {
        Decision { by: self.actor.clone(), at: self.now, reason }
    }
}

fn pending(proposal: &Proposal) -> Result<(), ReviewError> {
    if proposal.status == ProposalStatus::Pending { Ok(()) } else { Err(decided(proposal)) }
}

fn decided(proposal: &Proposal) -> ReviewError {
    let decision = proposal.decision.as_ref();
    ReviewError::Decided { status: proposal.status, by: decision.map(|d| d.by.clone()), at: decision.map(|d| d.at) }
}
