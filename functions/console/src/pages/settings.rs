//! The settings: autonomy by category, and the account.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    labels,
};
use crate::{
    access::Caller,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::autonomy::{self, StoredGrant};
use nerve_model::{ActionKind, EventKind, RecommenderId, Timestamp};
use nerve_policy::Category;
use std::collections::BTreeSet;

/// `GET /settings`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let grants = autonomy::all(call.services.db()).await?;
    let content = content(&grants, call.caller.as_ref(), call.services.now());
    Ok(Frame::new(Place::Settings, "Settings", call.caller.as_ref()).single(200, &content))
}

/// `POST /settings/autonomy`.
pub(crate) async fn change<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    let (event, action): (EventKind, ActionKind) = (form.required("event")?, form.required("action")?);
    let recommender = match form.text("recommender") {
        "" => RecommenderId::PLAYBOOK,
        named => named.parse().map_err(|_| Problem::malformed_form())?,
    };
    let review = call.review()?;
    match form.text("automatic") {
        "true" => review.grant(recommender, event, action).await?,
        "false" => review.revoke(recommender, event, action).await?,
        _ => return Err(Problem::malformed_form()),
    }
    Ok(Response::see_other("/settings"))
}

fn content(grants: &[StoredGrant], caller: Option<&Caller>, now: Timestamp) -> Markup {
    html! {
        header { h1 { "Settings" } }
        div.stack {
            p { "In an automatic category, Nerve executes proposals without a person, provided that all eight gates pass. The ledger names the grant and the person who gave it. An action of high or critical risk always needs a person." }
            @for recommender in recommenders(grants) { (table(&recommender, grants, now)) }
            (account(caller))
        }
    }
}

/// The playbook, and every recommender that has a grant.
fn recommenders(grants: &[StoredGrant]) -> BTreeSet<RecommenderId> {
    grants.iter().map(|grant| grant.recommender.clone()).chain([RecommenderId::PLAYBOOK]).collect()
}

/// The categories of a recommender: a row for each kind of event, a column for each kind of action.
fn table(recommender: &RecommenderId, grants: &[StoredGrant], now: Timestamp) -> Markup {
    let actions: Vec<ActionKind> = ActionKind::ALL.iter().copied().filter(|action| is_grantable(*action)).collect();
    let title = format!("autonomy-{recommender}");
    html! {
        section.panel {
            h2 #(title) { "Autonomy of the " (recommender) }
            div.scroll {
                table.autonomy aria-labelledby=(title) {
                    thead { tr { th scope="col" { "Event" } @for action in &actions { th scope="col" { (column(*action)) } } } }
                    tbody { @for event in EventKind::ALL { (row(recommender, *event, &actions, grants, now)) } }
                }
            }
        }
    }
}

fn row(
    recommender: &RecommenderId,
    event: EventKind,
    actions: &[ActionKind],
    grants: &[StoredGrant],
    now: Timestamp,
) -> Markup {
    let of =
        |grant: &&StoredGrant, action| (&grant.recommender, grant.event, grant.action) == (recommender, event, action);
    let grant_for = |action| grants.iter().find(|grant| of(grant, action));
    html! {
        tr {
            th scope="row" { (labels::event(event)) }
            @for action in actions {
                @let grant = grant_for(*action);
                td data-action=(labels::action(*action)) {
                    (switch(recommender, event, *action, grant.is_some()))
                    @if let Some(grant) = grant {
                        p.small.muted { bdi { (grant.granted_by) } ", " (clock::ago(grant.granted_at, now)) }
                    }
                }
            }
        }
    }
}

fn is_grantable(action: ActionKind) -> bool {
    EventKind::ALL.iter().any(|event| Category::new(RecommenderId::PLAYBOOK, *event, action).is_ok())
}

fn column(action: ActionKind) -> Markup {
    html! { (Icon::of_action(action).draw()) (labels::action(action)) " " (labels::risk_pill(action.base_risk())) }
}

/// One category as a switch. Its id keeps the focus when the page is exchanged.
fn switch(recommender: &RecommenderId, event: EventKind, action: ActionKind, automatic: bool) -> Markup {
    html! {
        form method="post" action="/settings/autonomy" data-swap {
            input type="hidden" name="recommender" value=(recommender);
            input type="hidden" name="event" value=(event);
            input type="hidden" name="action" value=(action);
            input type="hidden" name="automatic" value=(!automatic);
            button.switch #{ (recommender) "-" (event) "-" (action) } role="switch" aria-checked=(automatic) {
                span.visually-hidden { (labels::event(event)) ", " (labels::action(action).to_lowercase()) ": automatic" }
                span aria-hidden="true" { @if automatic { "Automatic" } @else { "Asks" } }
            }
        }
    }
}

/// The account; narrow screens have no room for it in the frame.
fn account(caller: Option<&Caller>) -> Markup {
    html! {
        @if let Some(Caller::Person(name)) = caller {
            section.panel {
                h2 { "Account" }
                ul.things.switches {
                    li {
                        div { p { "Signed in as " strong { bdi { (name) } } } p.small.muted { "The ledger records this name with your decisions" } }
                        form method="post" action="/sign-out" { button { "Sign out" } }
                    }
                }
            }
        }
    }
}
