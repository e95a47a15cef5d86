//! The end of all faults: remaining work must complete by itself.

use crate::{
    operation::Part,
    promise::{Broken, Promise},
    world::World,
};
use nerve_model::{EventId, Fact, Millis, Timestamp};
use nerve_ports::{ObjectStorage, Statement, Wake};
use nerve_protocol::record::Span;
use nerve_situation::timeline;
use std::rc::Rc;

/// The sweeper visits each older event once an hour.
const MINUTES: usize = 75;

impl World {
    pub(crate) fn come_to_rest(self: &Rc<Self>) -> Result<(), Broken> {
        self.end_faults();
        let mut left = None;
        for _ in 0..MINUTES {
            self.work_for_a_minute();
            self.check()?;
            left = self.left_undone();
            if left.is_none() {
                break;
            }
        }
        match left {
            None => {
                self.everything_is_read()?;
                self.nothing_moot_is_open()
            }
            Some(what) => Err(Broken { promise: Promise::AtRest, what }),
        }
    }

    fn end_faults(&self) {
        for part in [Part::Database, Part::Records, Part::Queues] {
            self.away.set(part, false);
        }
        self.tool.clear();
        self.db.failures.clear();
        self.inboxes.borrow().iter().for_each(|inbox| inbox.storage.failures.clear());
        self.records.borrow().values().for_each(|record| record.failures.clear());
        // Vendors repeat unacknowledged deliveries.
        let waiting: Vec<_> = {
            let memory = self.memory.borrow();
            memory.delivered.values().filter(|delivered| delivered.event.is_none()).filter_map(|d| d.said).collect()
        };
        waiting.into_iter().for_each(|said| self.deliver(said, true));
    }

    fn work_for_a_minute(self: &Rc<Self>) {
        self.finish();
        self.sweep();
        for _ in 0..59 {
            let now = self.now.get();
            let due: Vec<_> = self.inboxes.borrow().iter().filter(|inbox| inbox.is_due(now)).map(Rc::clone).collect();
            due.iter().for_each(|inbox| self.alarm(inbox));
            while !self.situations.borrow().is_empty() {
                self.consider(0, false);
            }
            while !self.actions.borrow().is_empty() {
                self.execute(0, false);
            }
            self.finish();
            self.now.set(now + Millis::seconds(1));
            let soon = |inbox: &Rc<crate::world::Inbox>| inbox.alarm.get().serves(Wake::By(now + Millis::minutes(1)));
            if self.situations.borrow().is_empty()
                && self.actions.borrow().is_empty()
                && !self.inboxes.borrow().iter().any(soon)
            {
                break;
            }
        }
        // The sweeper runs once in each minute of the clock.
        let minute = Millis::minutes(1).0;
        let next = (self.now.get().as_millis().div_euclid(minute) + 1) * minute;
        self.now.set(Timestamp::from_millis(next));
    }

    /// The work that is still open.
    fn left_undone(&self) -> Option<String> {
        let inboxes = self.inboxes.borrow();
        let waiting = inboxes.iter().find(|inbox| {
            let sql = "SELECT (SELECT COUNT(*) FROM retries) + (SELECT COUNT(*) FROM deliveries
                       WHERE seq > COALESCE((SELECT dispatched FROM progress), 0)) AS n";
            inbox.storage.execute(Statement::new(sql, [])).unwrap()[0].integer("n").unwrap() > 0
        });
        if let Some(inbox) = waiting {
            return Some(format!("{} has something to hand on", inbox.name));
        }
        let rows = |sql: &str| self.db.look(sql).len();
        let kept: usize = inboxes.iter().map(|inbox| inbox.storage.execute(all_deliveries()).unwrap().len()).sum();
        if rows("SELECT id FROM events") != kept {
            return Some(format!("{kept} events are kept and {} are known", rows("SELECT id FROM events")));
        }
        let undecided = "SELECT id FROM events WHERE decided_at IS NULL AND record NOT IN (
                             SELECT q.record FROM questions q JOIN records r ON r.id = q.record
                             WHERE q.status = 'open' AND r.root IS NULL
                             AND r.id NOT IN (SELECT root FROM records WHERE root IS NOT NULL))";
        if rows(undecided) > 0 {
            return Some("an event was never decided".to_owned());
        }
        if rows("SELECT id FROM proposals WHERE status IN ('approved', 'executing')") > 0 {
            return Some("something approved was never carried out".to_owned());
        }
        // A timeline may still list a decided event as pending, if its agent died before it confirmed.
        None
    }

    /// Checks that no proposal about an earlier failure is open once the invoice's payment is decided, whichever part
    /// of the record either belongs to.
    fn nothing_moot_is_open(&self) -> Result<(), Broken> {
        for storage in self.records.borrow().values() {
            let mut entries = timeline::page(&**storage, &Span { limit: 1_000, ..Span::default() }).unwrap().entries;
            entries.sort_by_key(|entry| entry.seq);
            for (n, paid) in entries.iter().enumerate().filter(|(_, e)| matches!(e.event.fact, Fact::InvoicePaid(_))) {
                for before in entries[..n].iter().filter(|before| before.event.subject == paid.event.subject) {
                    self.is_not_open(before.event.id, paid.event.id)?;
                }
            }
        }
        let parts = "SELECT paid.id AS paid, failed.id AS failed FROM events paid JOIN records a ON a.id = paid.record
                     JOIN events failed ON failed.id < paid.id AND failed.record <> paid.record
                         AND failed.event ->> 'subject' = paid.event ->> 'subject'
                     JOIN records b ON b.id = failed.record AND COALESCE(b.root, b.id) = COALESCE(a.root, a.id)
                     WHERE paid.kind = 'invoice.paid'";
        let told = self.db.look(parts);
        told.iter().try_for_each(|row| self.is_not_open(row.parse("failed").unwrap(), row.parse("paid").unwrap()))
    }

    fn is_not_open(&self, failed: EventId, paid: EventId) -> Result<(), Broken> {
        let sql = format!(
            "SELECT id FROM proposals WHERE event = '{failed}' AND event_kind = 'payment.failed'
             AND status = 'pending' AND action_kind <> 'payment.refund'
             AND (SELECT decided_at FROM events WHERE id = '{paid}') IS NOT NULL"
        );
        self.db.look(&sql).first().map_or(Ok(()), |row| {
            let what = format!("{} is open although the invoice is paid", row.text("id").unwrap());
            Err(Broken { promise: Promise::AtRest, what })
        })
    }
}

fn all_deliveries() -> Statement {
    Statement::new("SELECT seq FROM deliveries", [])
}
