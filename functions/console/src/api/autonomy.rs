use super::json;
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::{Page, autonomy};
use nerve_model::{ActionKind, Actor, EventKind, RecommenderId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A category that acts without a person.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Grant {
    /// The recommender that may act.
    recommender: RecommenderId,
    /// The kind of event.
    event: EventKind,
    /// The kind of action proposed for it.
    action: ActionKind,
    /// Who allowed it.
    granted_by: Actor,
    /// When.
    granted_at: Timestamp,
}

/// Whether a category acts without a person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switch {
    /// The recommender; the playbook, if none is named.
    #[serde(default)]
    recommender: RecommenderId,
    /// The kind of event.
    event: EventKind,
    /// The kind of action proposed for it.
    action: ActionKind,
    /// Whether it is carried out without asking.
    automatic: bool,
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let grants = autonomy::all(call.services.db()).await?;
    let items = grants.into_iter().map(|grant| Grant {
        recommender: grant.recommender,
        event: grant.event,
        action: grant.action,
        granted_by: grant.granted_by,
        granted_at: grant.granted_at,
    });
    json(&Page { items: items.collect(), next: None })
}

pub(crate) async fn switch<S: Services>(call: Call<'_, S>) -> Answer {
    let Switch { recommender, event, action, automatic } = call.json()?;
    let review = call.review()?;
    if automatic {
        review.grant(recommender, event, action).await?
    } else {
        review.revoke(recommender, event, action).await?
    }
    list(call).await
}
