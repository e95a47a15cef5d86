//! Notifications to the team's own tool.

use crate::repeatable::Repeatable;
use nerve_model::{NotifyInternal, Priority, Proposal, Timestamp};
use nerve_ports::{Endpoint, HttpRequest};
use nerve_signatures::{Secret, Secrets, standard_webhooks};
use serde_json::json;

/// An invalid setting: nothing is sent while it is there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {problem}")]
pub struct Misconfigured {
    /// The setting.
    pub setting: &'static str,
    /// The problem.
    pub problem: &'static str,
}

/// The destination of notifications to the team, besides the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Team {
    /// The console only.
    Console,
    /// A receiver of signed Standard Webhooks: <https://www.standardwebhooks.com>. Receivers drop repeated messages by
    /// their id, which is the proposal's.
    Standard(Endpoint, Secret),
    /// A Slack incoming webhook: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>. Slack
    /// posts a repeated request again.
    Slack(Endpoint),
    /// The settings are invalid.
    Broken(Misconfigured),
}

impl Team {
    /// The destination from the settings `NOTIFY_URL`, `NOTIFY_FORMAT` (`standard`, the default, or `slack`) and
    /// `NOTIFY_SECRET`.
    pub fn configure(url: Option<&str>, format: Option<&str>, secret: Option<&str>) -> Self {
        let Some(url) = url else { return Self::Console };
        let broken = |setting, problem| Self::Broken(Misconfigured { setting, problem });
        let Ok(endpoint) = Endpoint::parse(url) else { return broken("NOTIFY_URL", "must be an https address") };
        match format.unwrap_or("standard") {
            "slack" => Self::Slack(endpoint),
            "standard" => match secret.and_then(|secret| Secrets::parse(secret).iter().next().cloned()) {
                Some(secret) if !standard_webhooks::sign(&secret, "", Timestamp::from_millis(0), b"").is_empty() => {
                    Self::Standard(endpoint, secret)
                }
                _ => broken("NOTIFY_SECRET", "must be a Base64 secret, as in whsec_..."),
            },
            _ => broken("NOTIFY_FORMAT", "must be standard or slack"),
        }
    }

    /// The consequence of a repeated notification.
    pub const fn repeatable(&self) -> Repeatable {
        match self {
            Self::Console | Self::Broken(_) => Repeatable::Harmless,
            Self::Standard(..) => Repeatable::Idempotent,
            Self::Slack(_) => Repeatable::Unsafe,
        }
    }

    /// The request to send; `None` when only the console is notified.
    pub(crate) fn request(
        &self,
        proposal: &Proposal,
        notice: &NotifyInternal,
        now: Timestamp,
    ) -> Result<Option<HttpRequest>, Misconfigured> {
        match self {
            Self::Console => Ok(None),
            Self::Standard(endpoint, secret) => Ok(Some(standard(endpoint, secret, proposal, notice, now))),
            Self::Slack(endpoint) => Ok(Some(slack(endpoint, proposal, notice))),
            Self::Broken(problem) => Err(problem.clone()),
        }
    }
}

fn standard(
    endpoint: &Endpoint,
    secret: &Secret,
    proposal: &Proposal,
    notice: &NotifyInternal,
    now: Timestamp,
) -> HttpRequest {
    let (id, record) = (proposal.id.to_string(), &proposal.card.record);
    let data = json!({"proposal": id, "record": record, "notice": notice});
    // The time of the proposal, so that every attempt sends the same bytes.
    let body = json!({"type": "notify.internal", "timestamp": proposal.created_at, "data": data}).to_string();
    let signature = standard_webhooks::sign(secret, &id, now, body.as_bytes());
    let seconds = now.as_millis().div_euclid(1_000).to_string();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", seconds),
        ("webhook-signature", signature),
    ];
    HttpRequest { endpoint: endpoint.clone(), headers, body }
}

fn slack(endpoint: &Endpoint, proposal: &Proposal, notice: &NotifyInternal) -> HttpRequest {
    let urgent = if notice.priority == Priority::Urgent { "*Urgent.* " } else { "" };
    let text = format!("{urgent}{}\n{}", escape(&notice.text), escape(&proposal.card.record.name));
    let body = json!({"text": text}).to_string();
    HttpRequest { endpoint: endpoint.clone(), headers: vec![("content-type", "application/json".to_owned())], body }
}

/// Escapes the three characters that Slack reads as markup:
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{Audience, Millis};
    use nerve_testkit::{events::NOW, proposals::pending_task};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn notice(text: &str) -> NotifyInternal {
        NotifyInternal { audience: Audience::Team, text: text.to_owned(), priority: Priority::Urgent }
    }

    #[test]
    fn settings_that_do_not_fit_are_named() {
        let configure = |url, format, secret| match Team::configure(url, format, secret) {
            Team::Broken(problem) => problem.setting,
            Team::Console => "console",
            Team::Standard(..) => "standard",
            Team::Slack(_) => "slack",
        };
        let url = Some("https://example.com/x");
        for (settings, expected) in [
            ((None, None, None), "console"),
            ((None, Some("nonsense"), None), "console"),
            ((url, None, Some(SECRET)), "standard"),
            ((url, Some("standard"), Some(SECRET)), "standard"),
            ((url, Some("slack"), None), "slack"),
            ((url, Some("Slack"), None), "NOTIFY_FORMAT"),
            ((url, None, None), "NOTIFY_SECRET"),
            ((url, None, Some("whsec_not base64")), "NOTIFY_SECRET"),
            ((Some("http://example.com/x"), Some("slack"), None), "NOTIFY_URL"),
            ((Some("/x"), Some("slack"), None), "NOTIFY_URL"),
        ] {
            assert_eq!(configure(settings.0, settings.1, settings.2), expected, "{settings:?}");
        }
    }

    #[test]
    fn a_signed_message_has_the_proposals_id_and_verifies() {
        let team = Team::configure(Some("https://example.com/x"), None, Some(SECRET));
        let proposal = pending_task(1);
        let [first, second] = [0, 60]
            .map(|later| team.request(&proposal, &notice("Look."), NOW + Millis::seconds(later)).unwrap().unwrap());
        assert_eq!(first.body, second.body);
        let header = |name: &str| first.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        assert_eq!(header("webhook-id"), Some(proposal.id.to_string().as_str()));
        let headers = standard_webhooks::Headers::named("webhook", header);
        let secrets = Secrets::parse(SECRET);
        let verdict =
            standard_webhooks::verify(headers, first.body.as_bytes(), &secrets, standard_webhooks::TOLERANCE, NOW);
        assert_eq!(verdict, Ok(()));
    }

    #[test]
    fn slack_reads_no_markup_from_outside() {
        let team = Team::configure(Some("https://hooks.slack.com/services/x"), Some("slack"), None);
        let request = team.request(&pending_task(1), &notice("<!channel> & <https://evil.example|pay>"), NOW);
        let body: serde_json::Value = serde_json::from_str(&request.unwrap().unwrap().body).unwrap();
        let expected = "*Urgent.* &lt;!channel&gt; &amp; &lt;https://evil.example|pay&gt;\nAda Lovelace";
        assert_eq!(body["text"], expected);
    }
}
