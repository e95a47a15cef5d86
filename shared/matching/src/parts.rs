use crate::{
    Column, Kind, Profile,
    normal::{self, PersonOrCompany},
};
use nerve_model::ClaimKind;
use std::collections::BTreeMap;

/// A profile in normal form, split into the parts that are compared: `name` also has `name.given` and `name.surname`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    values: BTreeMap<String, Vec<String>>,
}

impl Parts {
    /// Parses the columns of a profile. Absent columns, and values that normalize to nothing, are missing.
    pub fn of(profile: &Profile, columns: &[Column]) -> Self {
        let mut parts = Self::default();
        for column in columns {
            for value in profile.get(&column.name) {
                parts.read(&column.name, column.kind, value);
            }
        }
        parts
    }

    /// The normal values of a part.
    pub fn get(&self, part: &str) -> &[String] {
        self.values.get(part).map_or(&[], Vec::as_slice)
    }

    /// True if the part has no values.
    pub fn lacks(&self, part: &str) -> bool {
        self.get(part).is_empty()
    }

    fn put(&mut self, part: &str, value: &str) {
        let values = self.values.entry(part.to_owned()).or_default();
        if !value.is_empty() && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    fn read(&mut self, name: &str, kind: Kind, value: &str) {
        let claim = match kind {
            Kind::Name => Some(ClaimKind::Name),
            Kind::Email => Some(ClaimKind::Email),
            Kind::Phone => Some(ClaimKind::Phone),
            Kind::Id => Some(ClaimKind::External),
            _ => None,
        };
        if claim.is_some_and(|kind| normal::is_made_up(kind, value)) {
            return;
        }
        match kind {
            Kind::Name => self.read_name(name, value),
            Kind::Email => self.read_email(name, value),
            Kind::Phone => self.read_phone(name, value),
            Kind::Street => {
                let (street, house) = normal::street(value);
                self.put(name, &street);
                self.put(&format!("{name}.house"), &house);
            }
            Kind::Domain => self.read_domain(name, value),
            Kind::Code => self.put(name, &normal::postcode(value)),
            Kind::Date => self.put(name, &value.replace('-', "")),
            Kind::Text => self.put(name, &normal::words(value).join(" ")),
            Kind::Id => {
                self.put(name, value);
                self.put(&format!("{name}.tool"), value.rsplit_once(':').map_or("", |(tool, _)| tool));
            }
            Kind::Verbatim => self.put(name, value),
        }
    }

    fn read_name(&mut self, name: &str, value: &str) {
        match normal::name(value) {
            Some(PersonOrCompany::Person { given, middle, surname, generation }) => {
                let all: Vec<&str> =
                    core::iter::once(&given).chain(&middle).chain(&surname).map(String::as_str).collect();
                self.put(name, &all.join(" "));
                self.put(&format!("{name}.given"), &given);
                self.put(&format!("{name}.surname"), surname.as_deref().unwrap_or_default());
                self.put(&format!("{name}.middle"), &middle.join(" "));
                self.put(&format!("{name}.generation"), generation.as_deref().unwrap_or_default());
            }
            Some(PersonOrCompany::Company(company)) => {
                self.put(name, &company);
                self.put(&format!("{name}.company"), &company);
            }
            None => {}
        }
    }

    fn read_email(&mut self, name: &str, value: &str) {
        let Some(mailbox) = normal::mailbox(value) else { return };
        self.put(name, &mailbox.address);
        self.put(&format!("{name}.box"), &mailbox.delivers_to());
        self.put(&format!("{name}.domain"), &mailbox.domain);
        if mailbox.is_role {
            self.put(&format!("{name}.role"), &mailbox.delivers_to());
        } else {
            self.put(&format!("{name}.local"), &mailbox.local);
            let letters: String = normal::fold(&mailbox.local).chars().filter(|c| c.is_alphabetic()).collect();
            self.put(&format!("{name}.letters"), &letters);
        }
        if let Some(domain) = mailbox.company_domain() {
            self.put("domain", domain);
        }
    }

    fn read_phone(&mut self, name: &str, value: &str) {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let tail = digits.get(digits.len().saturating_sub(7)..).unwrap_or_default();
        self.put(&format!("{name}.tail"), tail);
        self.put(name, &digits);
    }

    fn read_domain(&mut self, name: &str, value: &str) {
        let domain = value.trim().trim_start_matches("www.").to_lowercase();
        if !normal::is_free_mail(&domain) {
            self.put(name, &domain);
        }
    }
}
