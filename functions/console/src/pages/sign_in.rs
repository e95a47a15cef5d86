//! Signing in: the admin token and a name start a session.

use super::frame;
use crate::{
    access,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
    session::{MAX_NAME_CHARS, Session, set_cookie},
};
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct SignInQuery {
    /// The page to open afterwards.
    next: Option<String>,
}

/// `GET /sign-in`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    if call.services.admin_token().is_none() {
        return Err(Problem::NotConfigured);
    }
    let query: SignInQuery = call.query().unwrap_or_default();
    Ok(frame::alone(200, "Sign in", &form(&own_path(query.next.as_deref()), "", None)))
}

/// `POST /sign-in`.
pub(crate) async fn enter<S: Services>(call: Call<'_, S>) -> Answer {
    let token = call.services.admin_token().ok_or(Problem::NotConfigured)?;
    if !access::is_same_origin(call.request) {
        return Err(Problem::CrossOrigin);
    }
    let fields = call.form();
    let (next, name) = (own_path(fields.optional("next")), fields.text("name"));
    let again = |why: &str| Ok(frame::alone(422, "Sign in", &form(&next, name, Some(why))));
    if !token.is(fields.text("token")) {
        return again("The token is wrong.");
    }
    let Some(session) = Session::start(name, call.services.now()) else {
        return again(&format!(
            "A name of 1 to {MAX_NAME_CHARS} characters is required: the ledger records it with your decisions."
        ));
    };
    let cookie = session.seal(&token).ok_or(Problem::NotConfigured)?;
    Ok(Response::see_other(next).with("set-cookie", set_cookie(&cookie, call.request.https)))
}

/// `POST /sign-out`.
pub(crate) async fn leave<S: Services>(call: Call<'_, S>) -> Answer {
    Ok(Response::see_other("/sign-in").with("set-cookie", set_cookie("", call.request.https)))
}

/// Sends the browser to the sign-in page, and from there to a page of this site.
pub(crate) fn redirect(page: &str) -> Response {
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", page).finish();
    Response::see_other(if own_path(Some(page)) == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{next}") })
}

/// A path on this site, or `/`: `//host` and `/\host` lead to another site.
fn own_path(next: Option<&str>) -> String {
    let own = |path: &&str| {
        let plain = path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        plain && path.starts_with('/') && !path.starts_with("//")
    };
    next.filter(own).unwrap_or("/").to_owned()
}

fn form(next: &str, name: &str, why: Option<&str>) -> Markup {
    html! {
        h1 { "Sign in" }
        @if let Some(why) = why { p.notice.bad role="alert" { (why) } }
        @else { p.muted { "Use the token that " code { "cargo xtask dev" } " prints, or the one your administrator set." } }
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next);
            label { "Token" input type="password" name="token" required autocomplete="current-password" autofocus; }
            label { "Your name" input name="name" value=(name) required data-max=(MAX_NAME_CHARS) autocomplete="name"; }
            button.primary { "Sign in" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_a_page_of_this_site() {
        let paths = [
            ("/records", "/records"),
            ("/?view=done&proposal=prp_1", "/?view=done&proposal=prp_1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("", "/"),
        ];
        for (next, path) in paths {
            assert_eq!(own_path(Some(next)), path, "{next:?}");
        }
    }
}
