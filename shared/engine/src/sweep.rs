use crate::{Eraser, decide, import};
use nerve_ledger::{
    chain::{self, Body, ChainId, EntryKind},
    events, merges, privacy, proposals,
};
use nerve_model::{Actor, Decision, Millis, Proposal, ProposalStatus, Timestamp};
use nerve_ports::{Actions, Database, DatabaseError, Entropy, ErasureTargets, Situations};
use nerve_protocol::limits::PROPOSAL_LIFETIME;
use std::fmt;

/// What came in less than this long ago is still on its ordinary way.
const GRACE: Millis = Millis::seconds(20);

/// Each sweep looks for undecided events that came in this long before it.
const RECENT: Millis = Millis::minutes(15);

/// Older ones are looked for a slice of time at a time, so that each slice comes up once an hour: walking all of them
/// each minute would cost more than everything else.
const SLICES: i64 = 60;
const SLICE: Millis = Millis::minutes(3 * 60);

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Proposals announced to the executor again.
    pub actions: usize,
    /// Records announced to the agent again.
    pub situations: usize,
    /// Proposals nobody decided in time.
    pub expired: usize,
    /// Steps of imports that nobody went on with.
    pub imported: usize,
}

impl fmt::Display for Swept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actions, situations, expired, imported } = self;
        write!(
            f,
            "{actions} actions and {situations} situations sent again, {expired} expired, {imported} steps of imports"
        )
    }
}

/// Sends again what was approved and not done, or pending and not decided, expires what nobody decided, and goes on with
/// imports that were left behind. An announcement that fails is made again at the next sweep.
pub async fn sweep(
    db: &impl Database,
    actions: &impl Actions,
    situations: &impl Situations,
    entropy: &impl Entropy,
    now: Timestamp,
) -> Result<Swept, DatabaseError> {
    let mut swept = Swept::default();
    for proposal in proposals::due(db, now, now - GRACE).await? {
        swept.actions += usize::from(actions.announce(proposal).await.is_ok());
    }
    let minute = now.as_millis().div_euclid(Millis::minutes(1).0);
    let slice_end = now - Millis(SLICE.0 * minute.rem_euclid(SLICES));
    for (from, to) in [(now - RECENT, now - GRACE), (slice_end - SLICE, slice_end.min(now - RECENT))] {
        for record in events::undecided_records(db, from, to).await? {
            swept.situations += usize::from(situations.announce(record).await.is_ok());
        }
    }
    for record in merges::recombined(db, now - GRACE).await? {
        swept.situations += usize::from(situations.announce(record).await.is_ok());
    }
    for proposal in proposals::expired(db, PROPOSAL_LIFETIME, now).await? {
        match expire(db, entropy, proposal, now).await {
            Ok(()) => swept.expired += 1,
            // Somebody decided at the last moment.
            Err(DatabaseError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    swept.imported = import::go_on(db, entropy, now).await?;
    Ok(swept)
}

/// How many steps of each erasure a sweep takes.
const ERASURE_STEPS: u32 = 30;

/// Goes on with erasures that are not done. Says how many could not go on; the erasures themselves say why.
pub async fn sweep_erasures<D: Database, K: ErasureTargets, E: Entropy>(
    eraser: &Eraser<'_, D, K, E>,
) -> Result<u32, DatabaseError> {
    let mut stuck = 0;
    for id in privacy::under_way(eraser.db).await? {
        stuck += u32::from(eraser.go_on(id, ERASURE_STEPS).await.is_err());
    }
    Ok(stuck)
}

async fn expire(
    db: &impl Database,
    entropy: &impl Entropy,
    proposal: Proposal,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let sweeper = Actor::system("sweeper");
    let reason = "nobody decided in time".to_owned();
    let mut next = decide::advance(proposal, now);
    next.status = ProposalStatus::Expired;
    next.decision = Some(Decision { by: sweeper.clone(), at: now, reason: Some(reason.clone()) });
    let chain = ChainId::Record(next.card.home());
    let mut head = chain::head(db, &chain).await?;
    let body = Body { note: Some(reason), ..Body::of(&next) };
    let entry = decide::entry(EntryKind::Expired, &next, sweeper, body, now);
    let mut statements = vec![proposals::update(&next)];
    statements.extend(head.append(&chain, &entry, entropy.random()));
    db.batch(statements).await.map(drop)
}
