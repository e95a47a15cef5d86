//! Calls, meetings, mails and messages.

use crate::{Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};

/// A participant of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Participant {
    /// The name.
    pub name: Option<String>,
    /// The mail address, in lower case.
    pub email: Option<String>,
    /// The participant is one of our own people.
    pub ours: bool,
}

/// Details of `meeting.transcribed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeetingTranscribed {
    /// The vendor's id of the meeting or recording.
    pub meeting: String,
    /// The title.
    pub title: Option<String>,
    /// The start.
    pub started_at: Option<Timestamp>,
    /// The end.
    pub ended_at: Option<Timestamp>,
    /// The participants that the vendor reports.
    pub participants: Vec<Participant>,
    /// The vendor's summary, clipped.
    pub summary: Option<String>,
    /// The transcript, clipped; null where the vendor only reports that one exists.
    pub transcript: Option<String>,
    /// The next steps that the vendor extracted, one per item.
    pub action_items: Vec<String>,
}

named_enum! {
    /// The direction of a call.
    "call direction" enum CallDirection {
        /// The customer called us.
        Inbound = "inbound",
        /// We called.
        Outbound = "outbound",
    }
}

named_enum! {
    /// The result of a call.
    "call result" enum CallResult {
        /// The parties spoke.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// The call could not be connected.
        Failed = "failed",
        /// The caller hung up before anyone answered.
        Canceled = "canceled",
    }
}

/// Details of `call.ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallEnded {
    /// The vendor's id of the call.
    pub call: String,
    /// The direction.
    pub direction: CallDirection,
    /// The result.
    pub result: CallResult,
    /// The caller: E.164 where it is a number, else as the vendor writes it.
    pub from: Option<String>,
    /// The party called, in the same form.
    pub to: Option<String>,
    /// The duration of the conversation, in seconds.
    pub seconds: Option<u32>,
}

named_enum! {
    /// The medium of a message.
    "medium" enum Medium {
        /// Internet mail.
        Mail = "mail",
        /// A chat message.
        Chat = "chat",
    }
}

/// A mail address or chat user with its display name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Address {
    /// The display name.
    pub name: Option<String>,
    /// The mail address in lower case, or the vendor's id of the user where a chat shows no address.
    pub address: String,
}

/// A file attached to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// The file name.
    pub name: Option<String>,
    /// The media type, for example `application/pdf`.
    pub media_type: Option<String>,
    /// The size in bytes, where the vendor reports it.
    pub bytes: Option<u64>,
}

named_enum! {
    /// The result of a sender check, by its RFC 8601 name.
    "authentication result" enum AuthResult {
        /// The sender is authentic.
        Pass = "pass",
        /// The sender is not authentic.
        Fail = "fail",
        /// The sender is probably not authentic.
        SoftFail = "softfail",
        /// The domain makes no statement about the sender.
        Neutral = "neutral",
        /// There was nothing to check.
        None = "none",
        /// The check failed for a temporary reason.
        TempError = "temperror",
        /// The settings of the sender's domain cannot be read.
        PermError = "permerror",
        /// The receiver's policy refused the message.
        Policy = "policy",
    }
}

/// A sender check and the domain it vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedBy {
    /// The domain, in lower case; null where the receiver does not report it.
    pub domain: Option<String>,
    /// The result of the check.
    pub result: AuthResult,
}

/// The sender checks that the receiving mail server or chat reports. They are evidence, as reliable as the reporter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authentication {
    /// The SPF check: the sending server may send for the domain of the envelope.
    pub spf: Option<SignedBy>,
    /// The DKIM signatures of the mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dkim: Vec<SignedBy>,
    /// The DMARC check: SPF or DKIM is aligned with the domain of the visible sender. Null where the receiver does
    /// not report it.
    pub dmarc: Option<AuthResult>,
    /// The chat signed the user in and therefore knows the sender.
    #[serde(default)]
    pub signed_in: bool,
}

impl Authentication {
    /// The checks confirm `address` as the sender: DMARC passed, a passed check covers the domain of the address or a
    /// parent domain, or the chat signed the sender in.
    pub fn supports(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        let aligned = |check: &SignedBy| {
            check.result == AuthResult::Pass
                && check.domain.as_deref().zip(domain).is_some_and(|(by, of)| is_under(of, by))
        };
        match self.dmarc {
            Some(AuthResult::Pass) => true,
            Some(AuthResult::Fail) => false,
            _ => self.signed_in || self.spf.iter().chain(&self.dkim).any(aligned),
        }
    }
}

/// `domain` is `parent` or a subdomain of it. A parent without a dot is a public suffix and covers no domain.
fn is_under(domain: &str, parent: &str) -> bool {
    let under = || domain.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
    parent.contains('.') && (domain == parent || under())
}

/// Details of `email.received` and of `vendor.replied`. The record of the sender decides between the two kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// The medium.
    pub medium: Medium,
    /// The sender.
    pub from: Address,
    /// The recipients: addresses, or the channel of a chat.
    pub to: Vec<String>,
    /// The subject line.
    pub subject: Option<String>,
    /// The text without formatting, clipped.
    pub text: String,
    /// The attached files.
    pub attachments: Vec<Attachment>,
    /// The sender checks.
    pub authentication: Authentication,
    /// The id of the message, for example a mail's `Message-ID` without angle brackets.
    pub message: String,
    /// The id of the message or thread that this one answers.
    pub in_reply_to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(domain: &str, result: AuthResult) -> SignedBy {
        SignedBy { domain: Some(domain.to_owned()), result }
    }

    #[test]
    fn only_a_check_that_speaks_for_the_sender_supports_it() {
        let none = Authentication::default();
        let dkim = |domain, result| Authentication { dkim: vec![check(domain, result)], ..none.clone() };
        let spf = |domain, result| Authentication { spf: Some(check(domain, result)), ..none.clone() };
        for (authentication, supports) in [
            (none.clone(), false),
            (dkim("acme.example", AuthResult::Pass), true),
            (dkim("mail.acme.example", AuthResult::Pass), false),
            (dkim("example", AuthResult::Pass), false),
            (dkim("cme.example", AuthResult::Pass), false),
            (dkim("acme.example", AuthResult::Fail), false),
            (dkim("mailer.example", AuthResult::Pass), false),
            (spf("acme.example", AuthResult::Pass), true),
            (spf("acme.example", AuthResult::SoftFail), false),
            (Authentication { dmarc: Some(AuthResult::Pass), ..none.clone() }, true),
            (Authentication { dmarc: Some(AuthResult::Fail), ..dkim("acme.example", AuthResult::Pass) }, false),
            (Authentication { signed_in: true, ..none.clone() }, true),
        ] {
            assert_eq!(authentication.supports("eva@acme.example"), supports, "{authentication:?}");
        }
        assert!(dkim("acme.example", AuthResult::Pass).supports("eva@sales.acme.example"));
        assert!(!dkim("acme.example", AuthResult::Pass).supports("U012AB3CD"));
    }
}
