use core::cell::RefCell;
use nerve_intake::{Delivery, Ignored};
use nerve_model::SourceName;
use nerve_protocol::source_metrics::Fate;
use nerve_source_metrics::Tally;
use worker::{Context, Env, wasm_bindgen_futures::JsFuture};

use crate::{InboxClient, Level, log, now};

thread_local! {
    /// The figures that this instance of the worker has not yet reported.
    static TALLY: RefCell<Tally> = const { RefCell::new(Tally::new()) };
}

/// Counts and logs the deliveries that become no events.
pub(crate) struct Figures<'a> {
    pub(crate) source: SourceName,
    /// Headers whose values may be displayed.
    pub(crate) shown: &'a [&'a str],
    pub(crate) env: &'a Env,
    pub(crate) context: &'a Context,
}

impl Figures<'_> {
    pub(crate) fn ignored(&self, ignored: &[Ignored]) {
        for Ignored { reason, subject } in ignored {
            log(Level::Info, self.source.as_str(), "ignored", format_args!("{reason}: {subject}"));
            self.tell(&mut |tally| tally.count(Fate::Ignored, reason));
        }
    }

    pub(crate) fn refused(&self, fate: Fate, reason: &str, delivery: &Delivery) {
        let (level, what) = match fate {
            Fate::Unavailable => (Level::Error, "not taken"),
            _ => (Level::Warn, "refused"),
        };
        log(level, self.source.as_str(), what, reason);
        self.tell(&mut |tally| tally.refuse(fate, reason, delivery, self.shown));
    }

    /// Reports after the answer, so that no vendor waits. A failed report is lost.
    fn tell(&self, count: &mut dyn FnMut(&mut Tally)) {
        let report = TALLY.with_borrow_mut(|tally| {
            count(tally);
            tally.hand_over(now())
        });
        let Some(report) = report else { return };
        match InboxClient::from_env(self.env).and_then(|inboxes| inboxes.report(self.source.as_str(), report)) {
            Ok(sent) => self.context.wait_until(async {
                let _lost = JsFuture::from(sent).await;
            }),
            Err(error) => log(Level::Warn, self.source.as_str(), "figures lost", error),
        }
    }
}
