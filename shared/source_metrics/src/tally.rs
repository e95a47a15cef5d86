use nerve_intake::Delivery;
use nerve_model::{Millis, Timestamp, clip};
use nerve_protocol::source_metrics::{Count, Fate, Refusal, Report};
use sha2::{Digest, Sha256};

/// A worker's time between two reports, on average.
pub const HAND_OVER_EVERY: Millis = Millis::seconds(10);

/// The reports it may send in a row after a quiet time, so that an operator who tries a secret sees each attempt.
pub const BURST: i64 = 6;

/// The most reasons counted separately; others are counted together.
pub const MAX_REASONS: usize = 64;

/// The most refusals that one report describes. Describing one means reading its whole body.
pub const MAX_REFUSALS: usize = 5;

/// The reason under which further reasons are counted.
const OTHER: &str = "other reasons";

const REASON_CHARS: usize = 120;
const HEADERS: usize = 30;
const HEADER_NAME_CHARS: usize = 60;
const HEADER_VALUE_CHARS: usize = 200;

/// Headers of all vendors whose values are never secret.
const SHOWN_HEADERS: [&str; 4] = ["content-type", "content-length", "content-encoding", "user-agent"];

/// Parts of the names of headers that prove something; their values could be reused.
const PROOFS: [&str; 6] = ["auth", "cookie", "key", "secret", "signature", "token"];

/// The figures that a worker has counted and not yet reported.
#[derive(Debug, Default)]
pub struct Tally {
    report: Report,
    /// The time up to which reports are used up; each uses [`HAND_OVER_EVERY`].
    used_up: i64,
}

impl Tally {
    /// An empty tally.
    pub const fn new() -> Self {
        Self { report: Report { counts: Vec::new(), refusals: Vec::new() }, used_up: 0 }
    }

    /// Counts the outcome of a delivery.
    pub fn count(&mut self, fate: Fate, reason: &str) {
        let reason = clip(reason, REASON_CHARS);
        let known = |counts: &[Count], reason: &str| counts.iter().position(|c| c.fate == fate && c.reason == reason);
        let at = known(&self.report.counts, &reason).or_else(|| {
            let full = self.report.counts.len() >= MAX_REASONS;
            full.then(|| known(&self.report.counts, OTHER)).flatten()
        });
        match at.and_then(|at| self.report.counts.get_mut(at)) {
            Some(count) => count.n = count.n.saturating_add(1),
            None => {
                let full = self.report.counts.len() >= MAX_REASONS;
                let reason = if full { OTHER.to_owned() } else { reason };
                self.report.counts.push(Count { fate, reason, n: 1 });
            }
        }
    }

    /// Counts a refused delivery and describes the first few of a report. `shown` are this vendor's headers, in lower
    /// case, whose values are stored beside a body; of headers that prove something only the name is reported.
    pub fn refuse(&mut self, fate: Fate, reason: &str, delivery: &Delivery, shown: &[&str]) {
        self.count(fate, reason);
        if self.report.refusals.len() < MAX_REFUSALS {
            self.report.refusals.push(describe(fate, reason, delivery, shown));
        }
    }

    /// The report to send now, if it is time; the next report includes the rest.
    pub fn hand_over(&mut self, now: Timestamp) -> Option<Report> {
        let used_up = self.used_up.max(now.as_millis() - BURST * HAND_OVER_EVERY.0) + HAND_OVER_EVERY.0;
        if used_up > now.as_millis() || self.report == Report::default() {
            return None;
        }
        self.used_up = used_up;
        Some(core::mem::take(&mut self.report))
    }
}

fn describe(fate: Fate, reason: &str, delivery: &Delivery, shown: &[&str]) -> Refusal {
    let header = |(name, value): &(String, String)| {
        let name = name.to_ascii_lowercase();
        let is_shown = SHOWN_HEADERS.iter().chain(shown).any(|shown| name == *shown);
        let proves = PROOFS.iter().any(|proof| name.contains(proof));
        (clip(&name, HEADER_NAME_CHARS), (is_shown && !proves).then(|| clip(value, HEADER_VALUE_CHARS)))
    };
    Refusal {
        at: delivery.received_at,
        fate,
        reason: clip(reason, REASON_CHARS),
        headers: delivery.headers.iter().take(HEADERS).map(header).collect(),
        bytes: u32::try_from(delivery.body.len()).unwrap_or(u32::MAX),
        digest: hex::encode(Sha256::digest(&delivery.body)),
    }
}
