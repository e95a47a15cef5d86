//! Links that lead away from here.

use maud::{Markup, html};

/// A link to one of the tools, in a tab of its own. Only `https` addresses become links: whatever else stands in an
/// event was not put there by the tool.
pub(crate) fn away(url: Option<&str>, text: &Markup) -> Markup {
    html! {
        @match url.filter(|url| url.starts_with("https://")) {
            Some(url) => a href=(url) target="_blank" rel="noopener noreferrer" { (text) " ↗" },
            None => (text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_becomes_a_link() {
        let text = html! { "Stripe" };
        assert!(away(Some("https://dashboard.stripe.com/"), &text).0.starts_with("<a href=\"https://"));
        for other in [
            None,
            Some("javascript:alert(1)"),
            Some("http://stripe.com"),
            Some("//stripe.com"),
            Some(" https://x"),
            Some(""),
        ] {
            assert_eq!(away(other, &text).0, "Stripe", "{other:?}");
        }
    }
}
