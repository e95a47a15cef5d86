//! One customer over a week, told by the tools that saw her: a form, a call, a visit booked and called off, a
//! conversation, a supplier's estimate, and a support case that escalates. Everyone is invented.

use anyhow::{Context, Result};
use nerve_model::{Millis, Timestamp};
use nerve_signatures::{
    Format, Secret, Secrets, body_hmac, credentials, standard_webhooks, timestamped_hex, twilio, zendesk,
};

use crate::http::Local;
use crate::vars::Vars;

/// A delivery of one of the tools. In its template `{{iso -90}}` stands for the time an hour and a half ago;
/// `rfc2822` is the form of mails, `form_rfc2822` that as a form has it.
pub(super) struct Hook {
    pub(super) source: &'static str,
    /// What it tells, for whoever watches.
    pub(super) tells: &'static str,
    template: &'static str,
}

pub(super) const WEEK: &[Hook] = &[
    Hook { source: "typeform", tells: "asks for an estimate", template: include_str!("../../demo/week/form.json") },
    Hook { source: "twilio", tells: "calls", template: include_str!("../../demo/week/call.form") },
    Hook { source: "calendly", tells: "books a visit", template: include_str!("../../demo/week/booked.json") },
    Hook { source: "calendly", tells: "calls it off", template: include_str!("../../demo/week/canceled.json") },
    Hook { source: "fathom", tells: "talks it over", template: include_str!("../../demo/week/transcript.json") },
    Hook {
        source: "postmark",
        tells: "a supplier's estimate",
        template: include_str!("../../demo/week/estimate.json"),
    },
    Hook { source: "zendesk", tells: "needs help at once", template: include_str!("../../demo/week/escalated.json") },
];

impl Hook {
    /// What the tool signs with; a tool without a secret has nothing to tell here.
    pub(super) fn secret(&self, vars: &Vars) -> Option<Secret> {
        let name = format!("{}_SECRETS", self.source.to_uppercase());
        Secrets::parse(vars.get(&name)?).iter().next().cloned()
    }
}

/// Sends it as the tool would, and returns what the hook made of it.
pub(super) fn deliver(server: &Local, vars: &Vars, hook: &Hook, now: Timestamp) -> Result<String> {
    let path = format!("/hooks/{}", hook.source);
    let secret = hook.secret(vars).with_context(|| format!("{} has no secret to sign with", hook.source))?;
    let body = render(hook.template, now);
    let headers = signed(hook.source, &secret, &(server.url() + &path), &body, now);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = server.post(&path, &headers, &body)?;
    let status = answer.json().with_context(|| format!("what {} tells was refused", hook.source))?;
    Ok(status["status"].as_str().unwrap_or("no status").to_owned())
}

/// The headers that make it genuine.
fn signed(source: &str, secret: &Secret, url: &str, body: &str, now: Timestamp) -> Vec<(&'static str, String)> {
    let bytes = body.as_bytes();
    let json = ("content-type", "application/json".to_owned());
    let seconds = (now.as_millis() / 1_000).to_string();
    match source {
        "calendly" => vec![json, ("calendly-webhook-signature", timestamped_hex::sign(secret, bytes, now))],
        "fathom" => vec![
            json,
            ("webhook-id", "msg_demo_week".to_owned()),
            ("webhook-timestamp", seconds),
            ("webhook-signature", standard_webhooks::sign(secret, "msg_demo_week", now, bytes)),
        ],
        "postmark" => vec![json, ("authorization", credentials::basic(secret))],
        "twilio" => vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("x-twilio-signature", twilio::sign(secret, url, bytes)),
        ],
        "typeform" => {
            vec![json, ("typeform-signature", body_hmac::sign(secret, bytes, Format::base64("sha256=")))]
        }
        _ => vec![
            json,
            ("x-zendesk-webhook-signature", zendesk::sign(secret, bytes, &now.to_string())),
            ("x-zendesk-webhook-signature-timestamp", now.to_string()),
        ],
    }
}

/// Puts times in the place of `{{form minutes}}`.
fn render(template: &str, now: Timestamp) -> String {
    let mut parts = template.split("{{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once("}}").unwrap_or((part, ""));
        let (form, minutes) = place.split_once(' ').unwrap_or((place, "0"));
        let at = now + Millis::minutes(minutes.parse().unwrap_or_default());
        text.push_str(&match form {
            "rfc2822" => rfc2822(at),
            "form_rfc2822" => form_urlencoded::byte_serialize(rfc2822(at).as_bytes()).collect(),
            _ => at.to_string(),
        });
        text.push_str(rest);
    }
    text
}

fn rfc2822(at: Timestamp) -> String {
    chrono::DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default().to_rfc2822()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_where_the_template_says() {
        let now = Timestamp::from_seconds(1_795_428_000);
        let text = render("a {{iso -90}} b {{rfc2822 0}} c {{form_rfc2822 0}}", now);
        let expected =
            "a 2026-11-23T08:30:00.000Z b Mon, 23 Nov 2026 10:00:00 +0000 c Mon%2C+23+Nov+2026+10%3A00%3A00+%2B0000";
        assert_eq!(text, expected);
        for hook in WEEK {
            let text = render(hook.template, now);
            let dated = ["2026-11-", "Nov 2026", "Nov+2026"].iter().any(|date| text.contains(date));
            assert!(dated && !text.contains("{{"), "{}", hook.tells);
        }
    }
}
