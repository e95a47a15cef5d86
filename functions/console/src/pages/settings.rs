//! Which categories of action may be carried out without a person.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    unread, words,
};
use crate::{
    access::Caller,
    http::Response,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::autonomy::{self, StoredGrant};
use nerve_model::{ActionKind, EventKind, RecommenderId, Timestamp};
use nerve_policy::Category;

/// The kinds of event that sources report today.
const EVENTS: [EventKind; 2] = [EventKind::PaymentFailed, EventKind::InvoicePaid];

/// `GET /settings`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let grants = autonomy::all(call.services.db()).await?;
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Settings" } }
            div.stack {
                p { "Where a switch is on, Nerve acts without asking, as long as all eight checks pass. The ledger names the switch and who turned it on. High-risk and critical actions always wait for a person." }
                @for event in EVENTS { (panel(event, &grants, call.services.now())) }
                (account(call.caller.as_ref()))
            }
        }
    };
    let frame =
        Frame { title: "Settings", place: Some(Place::Settings), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

/// `POST /settings/autonomy`.
pub(crate) async fn switch<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    let event: EventKind = form.parse("event").ok_or_else(unread)?;
    let action: ActionKind = form.parse("action").ok_or_else(unread)?;
    let recommender = match form.text("recommender") {
        "" => RecommenderId::PLAYBOOK,
        named => named.parse().map_err(|_| unread())?,
    };
    let review = call.review()?;
    match form.text("automatic") {
        "true" => review.grant(recommender, event, action).await?,
        "false" => review.revoke(recommender, event, action).await?,
        _ => return Err(unread()),
    }
    Ok(Response::see_other("/settings"))
}

/// Narrow screens have no room for this in the frame.
fn account(caller: Option<&Caller>) -> Markup {
    html! {
        @if let Some(Caller::Person(name)) = caller {
            section.panel {
                h2 { "You" }
                ul.things.switches {
                    li {
                        div { p { "Signed in as " strong { bdi { (name) } } } p.small.muted { "This name stands in the ledger beside what you decide" } }
                        form method="post" action="/sign-out" { button { "Sign out" } }
                    }
                }
            }
        }
    }
}

fn panel(event: EventKind, grants: &[StoredGrant], now: Timestamp) -> Markup {
    let actions =
        ActionKind::ALL.iter().filter(|action| Category::new(RecommenderId::PLAYBOOK, event, **action).is_ok());
    html! {
        section.panel {
            h2 { "When: " (words::event(event).to_lowercase()) }
            ul.things.switches {
                @for action in actions {
                    @let grant = grants.iter().find(|grant| grant.event == event && grant.action == *action);
                    li { (Icon::of_action(*action).draw()) (category(event, *action, grant, now)) }
                }
            }
        }
    }
}

fn category(event: EventKind, action: ActionKind, grant: Option<&StoredGrant>, now: Timestamp) -> Markup {
    html! {
        div {
            p { (words::action(action)) " " (words::risk_pill(action.base_risk())) }
            p.small.muted {
                @match grant {
                    Some(grant) => { "Without a person: allowed by " bdi { (grant.granted_by) } ", " (clock::ago(grant.granted_at, now)) }
                    None => { "A person is asked every time" }
                }
            }
        }
        form method="post" action="/settings/autonomy" data-swap {
            input type="hidden" name="recommender" value=(RecommenderId::PLAYBOOK);
            input type="hidden" name="event" value=(event);
            input type="hidden" name="action" value=(action);
            input type="hidden" name="automatic" value=(grant.is_none());
            button { @if grant.is_some() { "Ask a person again" } @else { "Act without asking" } }
        }
    }
}
