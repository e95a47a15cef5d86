//! Autonomy: the categories that act without a person.

use crate::{
    http::Method::{Get, Post},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    autonomy::{self, StoredGrant},
};
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
    /// The person who granted it.
    granted_by: Actor,
    /// The time of the grant.
    granted_at: Timestamp,
}

impl From<StoredGrant> for Grant {
    fn from(StoredGrant { recommender, event, action, granted_by, granted_at }: StoredGrant) -> Self {
        Self { recommender, event, action, granted_by, granted_at }
    }
}

/// Grants or revokes autonomy for a category.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutonomyBody {
    /// The recommender; the playbook, if none is named.
    #[serde(default)]
    recommender: RecommenderId,
    /// The kind of event.
    event: EventKind,
    /// The kind of action proposed for it.
    action: ActionKind,
    /// True grants, false revokes.
    automatic: bool,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/autonomy", "Categories that act without a person", handler!(list))
            .answers::<Page<Grant>>(),
        Route::api(Post, "/api/autonomy", "Grant or revoke autonomy for a category", handler!(change))
            .body::<AutonomyBody>()
            .answers::<Page<Grant>>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let grants = autonomy::all(call.services.db()).await?;
    json(&Page { items: grants.into_iter().map(Grant::from).collect(), next: None })
}

async fn change<S: Services>(call: Call<'_, S>) -> Answer {
    let AutonomyBody { recommender, event, action, automatic } = call.json()?;
    let review = call.review()?;
    if automatic {
        review.grant(recommender, event, action).await?
    } else {
        review.revoke(recommender, event, action).await?
    }
    list(call).await
}
