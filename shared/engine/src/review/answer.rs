//! Answers to the questions of a card.

use super::{ANSWER_CHARS, Review, ReviewError, pending, typed};
use crate::records::{RecordEditor, RecordError};
use nerve_ledger::{chain::EntryKind, proposals};
use nerve_model::{Claim, Executable, Operation, Proposal, ProposalId, clip};
use nerve_ports::{Actions, Database, Entropy, Operations, Statement, Timelines, Unreachable};

/// A reply of a person to a card.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply<'a> {
    /// What the person said.
    pub text: &'a str,
    /// The question that it answers, word for word; `None` where it is plain from the reply, or where it answers none.
    pub question: Option<&'a str>,
    /// The mail address that the text is, in normal form.
    pub address: Option<Claim>,
    /// An address that fills in the recipient also becomes a claim of the record.
    pub keep: bool,
}

/// A proposal after a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The proposal.
    pub proposal: Proposal,
    /// What the answer filled in and where it was kept; `None` where it is only part of the card.
    pub filled: Option<Kept>,
}

/// Whether an address that filled in a recipient became a claim of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The record has it.
    Yes,
    /// The person did not want that.
    No,
    /// It could not be added, for this reason.
    Refused(String),
}

impl<D, R, A, E, O> Review<'_, D, R, A, E, O>
where
    D: Database,
    R: Timelines,
    A: Actions,
    E: Entropy,
    O: Operations,
{
    /// Adds an answer to the card; the digest changes. An answer to the question for what the action lacks fills it in,
    /// and risk and gates are assessed again.
    ///
    /// # Errors
    ///
    /// The answer is empty or too long, the card does not ask this question, or the answer does not fit it.
    pub async fn answer(&self, id: ProposalId, reply: &Reply<'_>) -> Result<Answered, ReviewError> {
        let text = typed("the answer", reply.text, ANSWER_CHARS)?;
        let text = text.ok_or_else(|| ReviewError::Invalid("the answer is empty".to_owned()))?;
        let proposal = proposals::get(self.db, id).await?.ok_or(ReviewError::NotFound)?;
        pending(&proposal)?;
        // The address first: a recipient that the record has is no stranger.
        let filled = match fills(&proposal, reply, &text)? {
            Some(address) if reply.keep => Some(self.kept(&proposal, address).await?),
            filling => filling.map(|_| Kept::No),
        };
        let note = match &filled {
            Some(Kept::Refused(why)) => format!("{text} (not kept with the record: {why})"),
            _ => text.clone(),
        };
        let operations = self.operations.operations().await;
        let answered = async |proposal| {
            let (next, notes) = self.answered(proposal, reply, &text, &operations).await?;
            Ok(self.transition(next, EntryKind::Answered).note(note.as_str()).with(notes))
        };
        let changed = self.change(id, answered).await?;
        Ok(Answered { proposal: changed, filled })
    }

    async fn answered(
        &self,
        proposal: Proposal,
        reply: &Reply<'_>,
        text: &str,
        operations: &Result<Vec<Operation>, Unreachable>,
    ) -> Result<(Proposal, Vec<Statement>), ReviewError> {
        pending(&proposal)?;
        let place = asked(&proposal, reply)?;
        let address = fills(&proposal, reply, text)?;
        let (mut next, mut notes) = (proposal, Vec::new());
        if let Some(address) = address
            && let Some(action) = next.card.action.executable()
            && let Some(lack) = action.lacks()
        {
            let complete = action.with_param(lack.field, address.value.as_str());
            let complete = complete.map_err(|error| ReviewError::Invalid(error.to_string()))?;
            let (assessed, broken) = self.regate(next, complete, operations).await?;
            notes.extend(broken.iter().map(|broken| broken.note(self.now)));
            next = assessed;
        }
        let question = place.filter(|at| *at < next.card.questions.len()).map(|at| next.card.questions.remove(at));
        let question = question.map(|question| format!("{question} ")).unwrap_or_default();
        next.card.answers.push(format!("{question}{}: {text}", self.actor));
        next.digest = proposals::digest(next.id, &next.card);
        Ok((next, notes))
    }

    /// Adds an address to the record of the proposal.
    async fn kept(&self, proposal: &Proposal, address: &Claim) -> Result<Kept, ReviewError> {
        let (db, entropy, now, actor) = (self.db, self.entropy, self.now, self.actor.clone());
        let editor = RecordEditor { db, entropy, now, actor };
        match editor.add_claim(proposal.card.home(), address).await {
            Ok(()) => Ok(Kept::Yes),
            Err(RecordError::Owned { owner, .. }) if owner.id == proposal.card.record.id => Ok(Kept::Yes),
            Err(RecordError::Database(error)) => Err(error.into()),
            Err(refused) => Ok(Kept::Refused(refused.to_string())),
        }
    }
}

/// The place of the question that a reply answers.
fn asked(proposal: &Proposal, reply: &Reply<'_>) -> Result<Option<usize>, ReviewError> {
    let questions = &proposal.card.questions;
    match reply.question {
        Some(question) => {
            let place = questions.iter().position(|asked| asked == question);
            place
                .map(Some)
                .ok_or_else(|| ReviewError::Invalid("the card does not ask this question any more".to_owned()))
        }
        // The first question asks for what the action lacks.
        None if lacks(proposal) && reply.address.is_some() => Ok(Some(0)),
        None => Ok(Some(0).filter(|_| questions.len() == 1)),
    }
}

/// The address that the reply fills in; `None` where it answers another question.
fn fills<'a>(proposal: &Proposal, reply: &'a Reply<'_>, text: &str) -> Result<Option<&'a Claim>, ReviewError> {
    // Without a question of the card, an action that lacks something asks for it by itself.
    let about_the_lack = match asked(proposal, reply)? {
        Some(place) => place == 0,
        None => proposal.card.questions.is_empty(),
    };
    if !lacks(proposal) || !about_the_lack {
        return Ok(None);
    }
    let unfit = || ReviewError::Invalid(format!("“{}” is not a mail address", clip(text, 60)));
    reply.address.as_ref().map(Some).ok_or_else(unfit)
}

fn lacks(proposal: &Proposal) -> bool {
    proposal.card.action.executable().and_then(Executable::lacks).is_some()
}
