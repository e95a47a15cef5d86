//! Links to the tools.

use maud::{Markup, html};

/// A link to a tool, in a tab of its own. Only `https` addresses become links: the tool did not write any other text in
/// an event.
pub(crate) fn external_link(url: Option<&str>, text: &Markup) -> Markup {
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
        assert!(external_link(Some("https://dashboard.stripe.com/"), &text).0.starts_with("<a href=\"https://"));
        for other in [
            None,
            Some("javascript:alert(1)"),
            Some("http://stripe.com"),
            Some("//stripe.com"),
            Some(" https://x"),
            Some(""),
        ] {
            assert_eq!(external_link(other, &text).0, "Stripe", "{other:?}");
        }
    }
}
