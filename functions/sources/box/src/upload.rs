//! A file that was uploaded, or moved into a watched folder.

use crate::vendor;
use nerve_intake::{
    Malformed, NewEvent,
    reading::{Loose, NAME_CHARS, People, SUMMARY_CHARS, VendorId, distinct, line, required},
};
use nerve_model::{Claim, DedupKey, Fact, FileUploaded, Folder, Role, SemanticKey, Subject, Timestamp, one_line};
use serde::Deserialize;

/// The most folders of a path that are stored, the innermost.
const MAX_FOLDERS: usize = 20;

/// The parts of an event that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Notification {
    id: Loose<VendorId>,
    trigger: Loose<String>,
    created_at: Loose<String>,
    created_by: Loose<User>,
    source: Loose<File>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct User {
    name: Loose<String>,
    login: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    id: Loose<VendorId>,
    name: Loose<String>,
    size: Loose<u64>,
    file_version: Loose<Version>,
    path_collection: Loose<Path>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    id: Loose<VendorId>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Path {
    entries: Loose<Vec<Loose<Entry>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    id: Loose<VendorId>,
    name: Loose<String>,
}

impl Notification {
    pub(crate) fn trigger(&self) -> Result<&str, Malformed> {
        required(self.trigger.0.as_deref(), "trigger")
    }

    /// The event of the upload.
    pub(crate) fn uploaded(self, received_at: Timestamp, people: &People) -> Result<NewEvent, Malformed> {
        let delivery = required(self.id.0, "id")?;
        let file = required(self.source.0, "source")?;
        let id = required(file.id.0, "source.id")?;
        let version = file.file_version.0.and_then(|version| version.id.0);
        let name = required(file.name.0.as_deref().and_then(|name| line(name, NAME_CHARS)), "source.name")?;
        let path = file.path_collection.0.map(folders).unwrap_or_default();
        let by = self.created_by.0.unwrap_or_default();
        let email = by.login.0.as_deref().and_then(|login| people.email(login));
        let uploader = by.name.0.as_deref().and_then(|name| line(name, NAME_CHARS));
        // Without our own domains anybody who uploads may be a colleague: then the folder alone tells.
        let (alone, domains) = (path.is_empty(), people.own_domains());
        let email_tells = email.clone().filter(|claim| alone || claim.role == Role::Owner || !domains.is_empty());
        let is_guest = email_tells.as_ref().is_some_and(|claim| claim.role == Role::Customer);
        let subject = Subject::new(format!("box:file:{id}"));
        let folder = path.last().and_then(|folder| folder.name.clone());
        let place = folder.map(|name| format!(" in {name}")).unwrap_or_default();
        let who = uploader.clone().unwrap_or_else(|| "Somebody".to_owned());
        Ok(NewEvent {
            // The same in each attempt, unlike `BOX-DELIVERY-ID`.
            dedup_key: DedupKey::new(delivery.as_str()),
            semantic_key: SemanticKey::about(
                &subject,
                format_args!("version {} uploaded", version.as_ref().unwrap_or(&delivery)),
            ),
            subject,
            claims: distinct(path.last().map(customer_folder).into_iter().chain(email_tells)),
            party_name: uploader.clone().filter(|_| is_guest),
            test: false,
            summary: one_line(&format!("{who} uploaded {name}{place}"), SUMMARY_CHARS),
            link: link(&id),
            occurred_at: self.created_at.0.as_deref().and_then(Timestamp::parse_rfc3339).unwrap_or(received_at),
            fact: Fact::FileUploaded(FileUploaded {
                file: id.as_str().to_owned(),
                name,
                bytes: file.size.0,
                version: version.map(|version| version.as_str().to_owned()),
                path,
                uploaded_by: email.map(|claim| claim.value).or(uploader),
            }),
        })
    }
}

/// The folder's owner is the customer of its files, whoever uploads them.
fn customer_folder(folder: &Folder) -> Claim {
    Claim::external(&vendor::NAME, "folder", &folder.id, Role::Customer)
}

/// The folders without the root, which Box numbers 0 and which has no customer.
fn folders(path: Path) -> Vec<Folder> {
    let entries = path.entries.items().filter_map(|entry| {
        let id = entry.id.0.as_ref().filter(|id| id.as_str() != "0")?;
        Some(Folder {
            id: id.as_str().to_owned(),
            name: entry.name.0.as_deref().and_then(|name| line(name, NAME_CHARS)),
        })
    });
    let all: Vec<Folder> = entries.collect();
    let skipped = all.len().saturating_sub(MAX_FOLDERS);
    all.into_iter().skip(skipped).collect()
}

/// Box's ids are numbers; other text could change the address.
fn link(id: &VendorId) -> Option<String> {
    let plain = id.as_str().bytes().all(|b| b.is_ascii_digit());
    plain.then(|| format!("https://app.box.com/file/{id}"))
}
