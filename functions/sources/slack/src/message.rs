//! A message in a channel shared with another workspace.

use crate::vendor;
use nerve_intake::{
    Malformed, NewEvent,
    reading::{Loose, NAME_CHARS, SUMMARY_CHARS, TEXT_CHARS, VendorId, instant_of_decimals, line, prose, required},
};
use nerve_model::{
    Address, Attachment, Authentication, Claim, DedupKey, Fact, Medium, Role, SemanticKey, Subject, Timestamp, one_line,
};
use serde::Deserialize;
use serde_json::Value;

/// The most files of a message whose names are stored.
const MAX_FILES: usize = 20;

/// The parts of a message that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    #[serde(rename = "type")]
    kind: Loose<String>,
    subtype: Loose<String>,
    bot_id: Loose<String>,
    user: Loose<VendorId>,
    /// The author's workspace, in a shared channel.
    user_team: Loose<VendorId>,
    source_team: Loose<VendorId>,
    /// The same field in older events.
    team: Loose<VendorId>,
    channel: Loose<VendorId>,
    text: Loose<String>,
    /// Seconds since 1970 with six decimals: the message's id within its channel.
    ts: Loose<VendorId>,
    /// The first message of the thread that this one belongs to.
    thread_ts: Loose<VendorId>,
    files: Loose<Vec<Loose<File>>>,
    blocks: Value,
    attachments: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    name: Loose<String>,
    mimetype: Loose<String>,
    size: Loose<u64>,
}

impl Message {
    pub(crate) fn kind(&self) -> &str {
        self.kind.0.as_deref().unwrap_or_default()
    }

    pub(crate) fn subtype(&self) -> &str {
        self.subtype.0.as_deref().unwrap_or_default()
    }

    pub(crate) fn channel(&self) -> &str {
        self.channel.0.as_ref().map_or("", VendorId::as_str)
    }

    /// True if an app wrote it, perhaps our own.
    pub(crate) fn is_bots(&self) -> bool {
        self.bot_id.0.is_some() || self.subtype() == "bot_message"
    }

    /// True if it reports a change of another message or of the channel. Slack marks some messages with a subtype: those
    /// with files, those with `/me`, and answers in a thread that were also sent to the channel.
    pub(crate) fn is_notice(&self) -> bool {
        !matches!(self.subtype(), "" | "file_share" | "thread_broadcast" | "reply_broadcast" | "me_message")
    }

    /// The workspace of the author; `None` for our own, `home`.
    ///
    /// # Errors
    ///
    /// It names no author.
    pub(crate) fn sender(&self, home: &VendorId) -> Result<Option<VendorId>, Malformed> {
        required(self.user.0.as_ref(), "event.user")?;
        let team = self.user_team.0.as_ref().or(self.source_team.0.as_ref()).or(self.team.0.as_ref());
        Ok(team.filter(|team| *team != home).cloned())
    }

    /// The event that somebody in the workspace `team` wrote it.
    pub(crate) fn received(
        self,
        id: &VendorId,
        team: &VendorId,
        received_at: Timestamp,
    ) -> Result<NewEvent, Malformed> {
        let user = required(self.user.0, "event.user")?;
        let channel = required(self.channel.0, "event.channel")?;
        let ts = required(self.ts.0, "event.ts")?;
        let thread = self.thread_ts.0.filter(|thread| *thread != ts);
        let text = prose(self.text.0.as_deref().unwrap_or_default(), TEXT_CHARS);
        let text =
            text.unwrap_or_else(|| [&self.blocks, &self.attachments].into_iter().find_map(told).unwrap_or_default());
        let subject = Subject::new(format!("slack:thread:{channel}/{}", thread.as_ref().unwrap_or(&ts)));
        let attachments: Vec<Attachment> = self.files.items().take(MAX_FILES).map(attachment).collect();
        let files = || attachments.iter().filter_map(|file| file.name.as_deref()).collect::<Vec<_>>().join(", ");
        let said = Some(text.clone()).filter(|text| !text.is_empty()).unwrap_or_else(files);
        let said = if said.is_empty() { said } else { format!(": {said}") };
        Ok(NewEvent {
            // The same in each attempt to deliver it.
            dedup_key: DedupKey::new(id.as_str()),
            semantic_key: SemanticKey::about(&subject, format_args!("message {ts}")),
            subject,
            claims: vec![Claim::external(&vendor::NAME, "user", &format!("{team}/{user}"), Role::Customer)],
            party_name: None,
            test: false,
            summary: one_line(&format!("Message in Slack{said}"), SUMMARY_CHARS),
            link: None,
            occurred_at: instant_of_decimals(ts.as_str()).unwrap_or(received_at),
            fact: Fact::EmailReceived(nerve_model::Message {
                medium: Medium::Chat,
                from: Address { name: None, address: user.as_str().to_owned() },
                to: vec![channel.as_str().to_owned()],
                subject: None,
                text,
                attachments,
                authentication: Authentication { signed_in: true, ..Authentication::default() },
                message: format!("{channel}/{ts}"),
                in_reply_to: thread.map(|thread| format!("{channel}/{thread}")),
            }),
        })
    }
}

fn told(parts: &Value) -> Option<String> {
    let mut told = String::new();
    words(parts, &mut told);
    prose(&told, TEXT_CHARS)
}

fn attachment(file: &File) -> Attachment {
    let short = |text: &Loose<String>| text.0.as_deref().and_then(|text| line(text, NAME_CHARS));
    Attachment { name: short(&file.name), media_type: short(&file.mimetype), bytes: file.size.0 }
}

/// The words of blocks or attachments, which a message without a text consists of: a line for each part.
fn words(value: &Value, words: &mut String) {
    let Value::Object(fields) = value else {
        for part in value.as_array().into_iter().flatten() {
            self::words(part, words);
        }
        return;
    };
    let said = |name: &str| fields.get(name).and_then(Value::as_str);
    match said("type") {
        Some("emoji") => words.extend([":", said("name").unwrap_or_default(), ":"]),
        Some("link") => words.push_str(said("text").or(said("url")).unwrap_or_default()),
        Some("user") => words.extend(["<@", said("user_id").unwrap_or_default(), ">"]),
        // An attachment has no type.
        None if said("text").is_none() => words.push_str(said("fallback").or(said("title")).unwrap_or_default()),
        _ => words.push_str(said("text").unwrap_or_default()),
    }
    for part in ["text", "elements", "fields"].into_iter().filter_map(|name| fields.get(name)) {
        self::words(part, words);
    }
    // The pieces of a line have these types; everything else stands by itself.
    if !matches!(said("type"), Some("text" | "emoji" | "link" | "user" | "mrkdwn" | "plain_text")) {
        words.push('\n');
    }
}
