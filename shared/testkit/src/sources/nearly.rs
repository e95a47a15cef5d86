use super::{Fixture, Vendor, hostile::with_every_text};
use nerve_intake::{Delivery, Received, Source};

/// What a sender writes for JSON, and the text that it means.
const WRITTEN: [(&str, &str); 4] = [
    ("Great \\ud83d", "Great \u{fffd}"),
    ("one\ntwo\tthree \u{1}", "one\ntwo\tthree \u{1}"),
    ("a \"big\" one at \\\\server\\share", "a \"big\" one at \\\\server\\share"),
    ("It\\'s \u{feff}", "It's \u{feff}"),
];

impl<S: Source> Vendor<S> {
    /// Feeds bodies that are nearly JSON: they become what the right ones become.
    ///
    /// # Panics
    ///
    /// One does not.
    pub fn check_nearly_json(&self) {
        for fixture in self.fixtures().iter().filter(|fixture| fixture.body.is_some()) {
            let marked = [b"\xef\xbb\xbf".as_slice(), &fixture.delivery.body, b"\0"].concat();
            assert_eq!(read::<S>(fixture, marked), fixture.read::<S>(), "{}: a byte order mark", fixture.name);
            for (written, meant) in WRITTEN {
                let plain = with_every_text(fixture, "@@TEXT@@").delivery.body;
                let body = String::from_utf8(plain).unwrap().replace("@@TEXT@@", written);
                let right = with_every_text(fixture, meant).read::<S>();
                assert_eq!(read::<S>(fixture, body.into_bytes()), right, "{}: {written}", fixture.name);
            }
        }
    }
}

fn read<S: Source>(fixture: &Fixture, body: Vec<u8>) -> Received {
    fixture.read_as::<S>(&Delivery { body, ..fixture.delivery.clone() })
}
