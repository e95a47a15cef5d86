use crate::signing::{self, Sign};
use nerve_intake::{Delivery, Received, Selected, Settings, Source, receive};
use nerve_model::{EventKind, Millis, Timestamp};
use nerve_signatures::Secrets;
use nerve_testkit::{
    SeededEntropy,
    sources::{Fixture, fixtures},
};

/// A source as whoever calls it meets it.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// The name in `/hooks/<source>`, which is that of its folder.
    pub name: &'static str,
    /// What the vendor calls itself.
    pub title: &'static str,
    /// What becomes of which delivery.
    pub selected: &'static [Selected],
    /// Its folder.
    pub folder: &'static str,
    /// Two secrets of the form that it needs, and how they sign.
    pub keys: Keys,
    receive: fn(&Delivery, &str, &dyn Settings) -> Received,
}

/// Two secrets, and how the vendor proves that it has one.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// Two different ones: what signs, in text.
    pub signing: [&'static str; 2],
    /// What stands in the settings for each; where the vendor has a private key, the public one.
    pub configured: fn(&str) -> String,
    /// The headers by which a delivery proves, at a time, that its sender has the secret.
    pub sign: Sign,
    /// How far the signed time may be off; `None` where no time is signed.
    pub tolerance: Option<Millis>,
    /// Whether the proof covers the body.
    pub covers_body: bool,
}

const NO_SETTINGS: [(&str, &str); 0] = [];

impl Door {
    /// The deliveries in its folder, with their settings.
    pub fn fixtures(&self) -> Vec<Fixture> {
        fixtures(self.folder)
    }

    /// A delivery that it takes, without proof: one that becomes an event, where there is one.
    pub fn delivery(&self) -> Delivery {
        let events = |fixture: &Fixture| {
            let signed = self.signed(&fixture.delivery, 0, fixture.delivery.received_at);
            match self.receive(&signed, &[0]) {
                Received::Taken(taken) => Some(taken.events.len()),
                _ => None,
            }
        };
        let fixtures = self.fixtures();
        let best = fixtures.iter().filter(|fixture| events(fixture).is_some()).max_by_key(|fixture| events(fixture));
        best.unwrap_or_else(|| panic!("{} takes no fixture", self.name)).delivery.clone()
    }

    /// A delivery with the proof that its sender has the nth secret, at a time.
    pub fn signed(&self, delivery: &Delivery, nth: usize, at: Timestamp) -> Delivery {
        let secret = Secrets::parse(self.keys.signing[nth]).iter().next().cloned().unwrap();
        self.with_proof(delivery, (self.keys.sign)(&secret, delivery, at))
    }

    /// A delivery with other proof than it has.
    pub fn with_proof(&self, delivery: &Delivery, proof: Vec<(&'static str, String)>) -> Delivery {
        let is_proof = |name: &str| proof.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let others = delivery.headers.iter().filter(|(name, _)| !is_proof(name)).cloned();
        let own = proof.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Delivery { headers: others.chain(own).collect(), ..delivery.clone() }
    }

    /// What proves that the sender has the first secret.
    pub fn proof(&self, delivery: &Delivery) -> Vec<(&'static str, String)> {
        let secret = Secrets::parse(self.keys.signing[0]).iter().next().cloned().unwrap();
        (self.keys.sign)(&secret, delivery, delivery.received_at)
    }

    /// What becomes of a delivery where these secrets are configured.
    pub fn receive(&self, delivery: &Delivery, configured: &[usize]) -> Received {
        let secrets: Vec<String> = configured.iter().map(|n| (self.keys.configured)(self.keys.signing[*n])).collect();
        (self.receive)(delivery, &secrets.join(","), &NO_SETTINGS)
    }

    /// The kinds of events it tells.
    pub fn kinds(&self) -> Vec<EventKind> {
        let kinds = self.selected.iter().flat_map(|line| match line.becomes {
            nerve_intake::Becomes::Event(kinds) => kinds.to_vec(),
            _ => Vec::new(),
        });
        let mut kinds: Vec<EventKind> = kinds.collect();
        kinds.sort_by_key(|kind| kind.as_str());
        kinds.dedup();
        kinds
    }
}

const fn open<S: Source>(name: &'static str, folder: &'static str, keys: Keys) -> Door {
    Door {
        name,
        title: S::TITLE,
        selected: S::SELECTED,
        folder,
        keys,
        receive: |delivery, secrets, settings| {
            receive::<S>(delivery, &Secrets::parse(secrets), settings, &SeededEntropy::new(1))
        },
    }
}

macro_rules! doors {
    ($($name:literal: $source:ty, $keys:expr;)+) => {
        /// Every source.
        pub const DOORS: &[Door] = &[$(open::<$source>(
            $name,
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../functions/sources/", $name),
            $keys,
        )),+];
    };
}

doors! {
    "box": box_worker::BoxCom, signing::BOX;
    "calcom": calcom_worker::CalCom, signing::CALCOM;
    "calendly": calendly_worker::Calendly, signing::CALENDLY;
    "cloudevents": cloudevents_worker::CloudEvents, signing::BEARER;
    "custom": custom_worker::Custom, signing::TALLY;
    "fathom": fathom_worker::Fathom, signing::STANDARD;
    "github": github_worker::GitHub, signing::GITHUB;
    "hubspot": hubspot_worker::HubSpot, signing::HUBSPOT;
    "postmark": postmark_worker::Postmark, signing::PASSWORD;
    "sendgrid": sendgrid_worker::SendGrid, signing::SENDGRID;
    "slack": slack_worker::Slack, signing::SLACK;
    "standard": standard_worker::Standard, signing::STANDARD;
    "stripe": stripe_worker::Stripe, signing::STRIPE;
    "twilio": twilio_worker::Twilio, signing::TWILIO;
    "typeform": typeform_worker::Typeform, signing::TYPEFORM;
    "zendesk": zendesk_worker::Zendesk, signing::ZENDESK;
    "zoom": zoom_worker::Zoom, signing::ZOOM;
}

/// The source of that name.
pub fn door(name: &str) -> &'static Door {
    DOORS.iter().find(|door| door.name == name).unwrap_or_else(|| panic!("no source is called {name}"))
}

/// As it is configured.
pub(crate) fn as_it_is(secret: &str) -> String {
    secret.to_owned()
}

/// What proves something in one header that covers the body alone.
pub(crate) const fn body_only(sign: Sign) -> Keys {
    Keys {
        signing: ["one secret of the catalog", "another of its secrets"],
        configured: as_it_is,
        sign,
        tolerance: None,
        covers_body: true,
    }
}

/// What signs a time as well.
pub(crate) const fn timed(tolerance: Millis, sign: Sign) -> Keys {
    Keys { tolerance: Some(tolerance), ..body_only(sign) }
}
