use nerve_model::{ActionKind, Actor, EventKind, RecommenderId, Risk, Timestamp};
use std::fmt;

/// The error for a category that cannot be granted: its actions always need a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is of {1} risk and always asks a person")]
pub struct NotGrantable(ActionKind, Risk);

/// The unit of autonomy: one recommender's kind of action in answer to one kind of event. A grant to the playbook does
/// not cover a language model, nor one to an old model a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Category {
    recommender: RecommenderId,
    event: EventKind,
    action: ActionKind,
}

impl Category {
    /// The category; an error if its action is of high or critical risk.
    pub fn new(recommender: RecommenderId, event: EventKind, action: ActionKind) -> Result<Self, NotGrantable> {
        match action.base_risk() {
            Risk::Low | Risk::Medium => Ok(Self { recommender, event, action }),
            risk @ (Risk::High | Risk::Critical) => Err(NotGrantable(action, risk)),
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", self.recommender, self.event, self.action)
    }
}

/// A grant: a category that may act without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The category.
    pub category: Category,
    /// The person who granted it.
    pub granted_by: Actor,
    /// The time of the grant.
    pub granted_at: Timestamp,
}

impl Grant {
    /// The name of the grant as a rule, in the ledger and in gate results.
    pub fn name(&self) -> String {
        format!("autonomy {} (granted by {} on {})", self.category, self.granted_by, self.granted_at.date())
    }
}

/// All grants. Without any, every action needs a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Autonomy(Vec<Grant>);

impl Autonomy {
    /// The grant for a category, if there is one.
    pub fn grant_for(&self, category: &Category) -> Option<&Grant> {
        self.0.iter().find(|grant| grant.category == *category)
    }
}

impl FromIterator<Grant> for Autonomy {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}
