//! The style sheet and the script. Both are part of the program, and browsers keep them until their address changes.

use crate::{
    http::Response,
    routes::{Answer, Call},
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A file that pages load.
pub(crate) struct Asset {
    path: &'static str,
    content_type: &'static str,
    text: &'static str,
    version: LazyLock<String>,
}

/// The style sheet of every page.
pub(crate) static STYLE: Asset = Asset {
    path: "/assets/console.css",
    content_type: "text/css; charset=utf-8",
    text: include_str!("../assets/console.css"),
    version: LazyLock::new(|| version(STYLE.text)),
};

/// The script of every page: keys, and pages exchanged in place.
pub(crate) static SCRIPT: Asset = Asset {
    path: "/assets/console.js",
    content_type: "text/javascript; charset=utf-8",
    text: include_str!("../assets/console.js"),
    version: LazyLock::new(|| version(SCRIPT.text)),
};

impl Asset {
    /// Its address, which changes with its text.
    pub(crate) fn url(&self) -> String {
        format!("{}?v={}", self.path, *self.version)
    }

    fn serve(&self, query: &str) -> Response {
        let current = query.strip_prefix("v=") == Some(self.version.as_str());
        let caching = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
        Response::new(200, self.content_type, self.text).with("cache-control", caching)
    }
}

fn version(text: &str) -> String {
    hex::encode(Sha256::digest(text)).chars().take(16).collect()
}

/// `GET /assets/console.css`.
pub(crate) async fn style<S>(call: Call<'_, S>) -> Answer {
    Ok(STYLE.serve(&call.request.query))
}

/// `GET /assets/console.js`.
pub(crate) async fn script<S>(call: Call<'_, S>) -> Answer {
    Ok(SCRIPT.serve(&call.request.query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_versioned_address_is_cached() {
        let query = STYLE.url().split_once('?').unwrap().1.to_owned();
        assert_eq!(STYLE.serve(&query).header("cache-control"), Some("public, max-age=31536000, immutable"));
        for other in ["", "v=", "v=0000000000000000"] {
            assert_eq!(STYLE.serve(other).header("cache-control"), Some("no-cache"), "{other}");
        }
        assert_ne!(STYLE.url().split_once('=').unwrap().1, SCRIPT.url().split_once('=').unwrap().1);
    }
}
