//! The sources, as their folders describe them.

/// A source and its set-up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The name in `/hooks/<source>` and in every event.
    pub(crate) name: &'static str,
    /// The vendor's own name.
    pub(crate) title: &'static str,
    /// The names of its secrets.
    pub(crate) secrets: &'static [&'static str],
    /// The set-up text, as HTML from the README; it contains [`HOST`].
    pub(crate) setup: &'static str,
}

/// The placeholder for this site's host.
const HOST: &str = "&lt;your host&gt;";

/// Every source, by name.
pub(crate) const SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The vendor's own name; for an unknown source, the name itself.
pub(crate) fn title(name: &str) -> &str {
    SOURCES.iter().find(|source| source.name == name).map_or(name, |source| source.title)
}

impl Source {
    /// The address to enter in the vendor's settings. The custom source has one for each mapping.
    pub(crate) fn address(&self, origin: &str) -> String {
        let suffix = if self.name == "custom" { "/<mapping>" } else { "" };
        format!("{origin}/hooks/{}{suffix}", self.name)
    }

    /// The set-up text for this host, as HTML.
    pub(crate) fn setup_at(&self, host: &str) -> String {
        // Any client can send any host.
        let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        self.setup.replace(HOST, if plain { host } else { HOST })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_set_up_text() {
        assert!(SOURCES.len() >= 17);
        for source in SOURCES {
            assert!(source.setup.contains("<li>") || source.setup.contains("<p>"), "{}", source.name);
            assert!(source.setup_at("crm.example").contains("crm.example/hooks/"), "{}", source.name);
            let secret = format!("{}_", source.name.to_uppercase());
            assert!(source.secrets.iter().all(|name| name.starts_with(&secret)), "{:?}", source.secrets);
        }
        assert_eq!(title("calcom"), "Cal.com");
        assert_eq!(title("other"), "other");
    }

    #[test]
    fn a_host_cannot_bring_markup() {
        let stripe = SOURCES.iter().find(|source| source.name == "stripe").unwrap();
        assert!(!stripe.setup_at("\"><script>").contains("<script"));
        assert!(stripe.setup_at("[::1]:8787").contains("https://[::1]:8787/hooks/stripe"));
        assert_eq!(stripe.address("https://crm.example"), "https://crm.example/hooks/stripe");
    }
}
