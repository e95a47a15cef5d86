//! Calls, meetings, mails and messages.

use crate::{Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};

/// Somebody who took part in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Participant {
    /// The name.
    pub name: Option<String>,
    /// The mail address, in lower case.
    pub email: Option<String>,
    /// Whether it is one of our own people.
    pub ours: bool,
}

/// Details of `meeting.transcribed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeetingTranscribed {
    /// The vendor's id of the meeting or recording.
    pub meeting: String,
    /// What it was about.
    pub title: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who took part, as far as the vendor knows.
    pub participants: Vec<Participant>,
    /// The vendor's summary, clipped.
    pub summary: Option<String>,
    /// The transcript, clipped; `None` where the vendor sends only that there is one.
    pub transcript: Option<String>,
    /// What the vendor says is to be done next, line by line.
    pub action_items: Vec<String>,
}

named_enum! {
    /// Which way a call went.
    "call direction" enum CallDirection {
        /// The customer called us.
        Inbound = "inbound",
        /// We called.
        Outbound = "outbound",
    }
}

named_enum! {
    /// How a call ended.
    "call result" enum CallResult {
        /// They spoke.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// It could not be put through.
        Failed = "failed",
        /// The caller hung up before it was answered.
        Canceled = "canceled",
    }
}

/// Details of `call.ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallEnded {
    /// The vendor's id of the call.
    pub call: String,
    /// Which way it went.
    pub direction: CallDirection,
    /// How it ended.
    pub result: CallResult,
    /// Who called: E.164 where it is a number, else as the vendor writes it.
    pub from: Option<String>,
    /// Who was called, written alike.
    pub to: Option<String>,
    /// How long they spoke, in seconds.
    pub seconds: Option<u32>,
}

named_enum! {
    /// How a message traveled.
    "medium" enum Medium {
        /// Internet mail.
        Mail = "mail",
        /// A chat message.
        Chat = "chat",
    }
}

/// A mailbox and the name beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Address {
    /// The display name.
    pub name: Option<String>,
    /// The mail address in lower case, or the vendor's id of the user where a chat shows no address.
    pub address: String,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Its name.
    pub name: Option<String>,
    /// Its media type, for example `application/pdf`.
    pub media_type: Option<String>,
    /// How long it is, in bytes, where known.
    pub bytes: Option<u64>,
}

named_enum! {
    /// What a check of the sender came to, in the words of RFC 8601.
    "authentication result" enum AuthResult {
        /// The sender is who it says it is.
        Pass = "pass",
        /// It is not.
        Fail = "fail",
        /// Probably not.
        SoftFail = "softfail",
        /// The domain makes no statement.
        Neutral = "neutral",
        /// There was nothing to check.
        None = "none",
        /// The check could not be made at that time.
        TempError = "temperror",
        /// The domain's own settings cannot be read.
        PermError = "permerror",
        /// Refused by the receiver's policy.
        Policy = "policy",
    }
}

/// One check, and the domain it speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedBy {
    /// The domain, in lower case; `None` where the receiver does not say.
    pub domain: Option<String>,
    /// What the check came to.
    pub result: AuthResult,
}

/// What the receiving mail server or chat found out about the sender. Evidence, and no better than who reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authentication {
    /// Whether the server that sent the mail may send for the domain of the envelope (SPF).
    pub spf: Option<SignedBy>,
    /// The signatures on the mail (DKIM).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dkim: Vec<SignedBy>,
    /// Whether either fits the domain of the visible sender (DMARC), where the receiver says.
    pub dmarc: Option<AuthResult>,
    /// The chat itself knows the sender: it signed the user in.
    #[serde(default)]
    pub signed_in: bool,
}

impl Authentication {
    /// Whether this supports that a message is from `address`: DMARC passed, or a passed check speaks for the domain of
    /// the address or one it lies under, or the chat signed the sender in.
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

/// Whether `domain` is `parent` or lies under it. A parent without a dot is a public suffix and vouches for nobody.
fn is_under(domain: &str, parent: &str) -> bool {
    let under = || domain.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
    parent.contains('.') && (domain == parent || under())
}

/// Details of `email.received` and of `vendor.replied`: which of the two it is depends on who the sender turns out
/// to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// How it traveled.
    pub medium: Medium,
    /// Who wrote it.
    pub from: Address,
    /// To whom: addresses, or the channel of a chat.
    pub to: Vec<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// The text without formatting, clipped.
    pub text: String,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// What is known about whether the sender is who it says.
    pub authentication: Authentication,
    /// The id of the message, for example a mail's `Message-ID` without brackets.
    pub message: String,
    /// The message or thread that it answers.
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
