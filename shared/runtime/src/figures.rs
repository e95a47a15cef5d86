use core::{cell::RefCell, time::Duration};
use nerve_intake::{Delivery, Ignored, health::Tally};
use nerve_model::{Millis, SourceName};
use nerve_protocol::health::Fate;
use worker::{Context, Delay, Env};

use crate::{InboxClient, Level, log, now};

thread_local! {
    /// What this instance of the worker has not yet handed over.
    static TALLY: RefCell<Tally> = const { RefCell::new(Tally::new()) };
}

/// Counts, and writes to the log, what becomes of deliveries that do not become events.
pub(crate) struct Figures<'a> {
    pub(crate) source: SourceName,
    /// Headers whose values may be shown.
    pub(crate) shown: &'a [&'a str],
    pub(crate) env: &'a Env,
    pub(crate) context: &'a Context,
}

impl Figures<'_> {
    pub(crate) fn ignored(&self, ignored: &[Ignored]) {
        for Ignored { reason, subject } in ignored {
            log(Level::Info, self.source.as_str(), "ignored", format_args!("{reason}: {subject}"));
            self.tell(|tally| tally.count(Fate::Ignored, reason));
        }
    }

    pub(crate) fn refused(&self, fate: Fate, reason: &str, delivery: &Delivery) {
        let (level, what) = match fate {
            Fate::Unavailable => (Level::Error, "not taken"),
            _ => (Level::Warn, "refused"),
        };
        log(level, self.source.as_str(), what, reason);
        self.tell(|tally| tally.refuse(fate, reason, delivery, self.shown));
    }

    fn tell(&self, count: impl FnOnce(&mut Tally)) {
        let wait = TALLY.with_borrow_mut(|tally| {
            count(tally);
            tally.hand_over_in(now())
        });
        if let (Some(wait), Ok(inboxes)) = (wait, InboxClient::from_env(self.env)) {
            self.context.wait_until(hand_over(self.source.clone(), inboxes, wait));
        }
    }
}

/// After the answer, so that no vendor waits for it. What cannot be handed over is lost.
async fn hand_over(source: SourceName, inboxes: InboxClient, wait: Millis) {
    if let Ok(millis @ 1..) = u64::try_from(wait.0) {
        Delay::from(Duration::from_millis(millis)).await;
    }
    let report = TALLY.with_borrow_mut(|tally| tally.hand_over(now()));
    if let Err(error) = inboxes.report(source.as_str(), &report).await {
        log(Level::Warn, source.as_str(), "figures lost", error);
    }
}
