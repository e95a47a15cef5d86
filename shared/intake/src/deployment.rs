use crate::{Delivery, Misconfigured, reading::People};
use nerve_model::{EventKind, UnknownName};
use std::borrow::Cow;

/// The operator's settings of a source: `[vars]` in its `wrangler.toml`.
pub trait Settings {
    /// The text set under this name; `None` if it is missing or blank.
    fn get(&self, name: &str) -> Option<String>;
}

impl<const N: usize> Settings for [(&str, &str); N] {
    fn get(&self, name: &str) -> Option<String> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }
}

/// The part of the deployment that a source sees.
pub struct Deployment<'a> {
    /// Separates customers from our own people, and knows where we are at home.
    pub people: People,
    /// The settings that only this source reads.
    pub settings: &'a dyn Settings,
    ignored_kinds: Vec<EventKind>,
}

impl<'a> Deployment<'a> {
    /// Reads the settings that all sources share:
    ///
    /// - `IGNORED_KINDS`: event kinds this source must not report, separated by commas;
    /// - `OWN_DOMAINS`: mail domains of our own people, separated by commas;
    /// - `DEFAULT_REGION`: the region (ISO 3166, for example `DE`) of telephone numbers without a country code.
    ///
    /// # Errors
    ///
    /// One of them cannot be read.
    pub fn read(settings: &'a dyn Settings) -> Result<Self, Misconfigured> {
        let home = settings.get("DEFAULT_REGION").map(|code| code.trim().parse()).transpose();
        let home =
            home.map_err(|unknown: UnknownName| Misconfigured { name: "DEFAULT_REGION", reason: unknown.to_string() })?;
        let kinds = settings.get("IGNORED_KINDS").unwrap_or_default();
        let ignored_kinds = listed(&kinds).map(str::parse).collect::<Result<_, _>>();
        let ignored_kinds = ignored_kinds
            .map_err(|unknown: UnknownName| Misconfigured { name: "IGNORED_KINDS", reason: unknown.to_string() })?;
        let own_domains = settings.get("OWN_DOMAINS").unwrap_or_default();
        let own_domains = listed(&own_domains).map(str::to_lowercase).collect();
        Ok(Self { people: People::new(own_domains, home), settings, ignored_kinds })
    }

    /// The URL the vendor called, which some vendors sign. If a proxy changes it, the operator sets `PUBLIC_URL` (for
    /// example `https://crm.example`); path and query are those that arrived.
    pub fn called_url<'d>(&self, delivery: &'d Delivery) -> Cow<'d, str> {
        let Some(public) = self.settings.get("PUBLIC_URL") else { return Cow::Borrowed(&delivery.url) };
        let rest = delivery.url.split_once("://").map_or(delivery.url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        Cow::Owned(format!("{}{path}", public.trim_end_matches('/')))
    }

    /// True unless the operator excluded this kind with `IGNORED_KINDS`.
    pub(crate) fn takes(&self, kind: EventKind) -> bool {
        !self.ignored_kinds.contains(&kind)
    }
}

impl core::fmt::Debug for Deployment<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Deployment").field("people", &self.people).finish_non_exhaustive()
    }
}

/// The entries of a comma-separated list.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}
