use crate::{events::Happening, operation::Part, promise::Broken};
use nerve_connectors::Team;
use nerve_intake::inbox;
use nerve_model::{
    Action, Case, DedupKey, Digest, EventId, Fact, HumanOwned, Millis, ProposalId, RecommenderId, RecordId, TimeZone,
    Timestamp,
};
use nerve_ports::Wake;
use nerve_recommend::{Advice, Playbook, RecommendError, Recommendation, Recommender};
use nerve_situation::{Situation, timeline};
use nerve_testkit::{FakeTool, ObjectSqlite, SeededEntropy, Sqlite, events::NOW};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::Pin,
    rc::Rc,
};

/// The time an event waits in its inbox for others.
pub(crate) const DEBOUNCE: Millis = Millis::seconds(2);

/// The retention of raw bodies.
pub(crate) const RETENTION: Millis = Millis::days(90);

/// An `Inbox` object.
pub(crate) struct Inbox {
    pub(crate) name: String,
    pub(crate) storage: ObjectSqlite,
    pub(crate) alarm: Cell<Wake>,
    /// Its alarm is running; the platform never runs two at once.
    pub(crate) running: Cell<bool>,
}

impl Inbox {
    fn new(name: &str) -> Self {
        let storage = ObjectSqlite::default();
        inbox::open(&storage).unwrap();
        Self { name: name.to_owned(), storage, alarm: Cell::new(Wake::NotNeeded), running: Cell::new(false) }
    }

    /// Works like the object's shell: an alarm that is set for earlier stays.
    pub(crate) fn arm(&self, wake: Wake) {
        if !self.alarm.get().serves(wake) {
            self.alarm.set(wake);
        }
    }

    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.alarm.get().serves(Wake::By(now))
    }
}

/// A running task, between two of its awaits.
pub(crate) struct Task {
    pub(crate) work: Pin<Box<dyn Future<Output = ()>>>,
    /// The object in which it runs.
    pub(crate) inbox: Option<Rc<Inbox>>,
}

/// The observed state of a delivery.
#[derive(Default)]
pub(crate) struct Delivered {
    pub(crate) said: Option<Happening>,
    /// The id of its first acknowledgment.
    pub(crate) event: Option<EventId>,
    /// The number of acknowledged copies.
    pub(crate) acknowledged: u32,
    /// The number of copies sent.
    pub(crate) sent: u32,
}

/// The observations that are compared with the stored state.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) delivered: BTreeMap<(String, DedupKey), Delivered>,
    /// The digest of each proposal's card when it was first seen.
    pub(crate) first_shown: BTreeMap<ProposalId, Digest>,
    /// The digests with which people approved or tried to.
    pub(crate) agreed: BTreeMap<ProposalId, Vec<Digest>>,
    /// A violation observed while a task was running.
    pub(crate) broken: Option<Broken>,
}

/// The unreachable parts.
#[derive(Default)]
pub(crate) struct Away {
    pub(crate) database: Cell<bool>,
    pub(crate) records: Cell<bool>,
    pub(crate) queues: Cell<bool>,
}

impl Away {
    pub(crate) fn set(&self, part: Part, away: bool) {
        match part {
            Part::Database => self.database.set(away),
            Part::Records => self.records.set(away),
            Part::Queues => self.queues.set(away),
        }
    }
}

/// The whole simulated world.
pub(crate) struct World {
    pub(crate) now: Cell<Timestamp>,
    pub(crate) db: Sqlite,
    pub(crate) inboxes: RefCell<Vec<Rc<Inbox>>>,
    pub(crate) records: RefCell<BTreeMap<RecordId, Rc<ObjectSqlite>>>,
    pub(crate) situations: RefCell<Vec<RecordId>>,
    pub(crate) actions: RefCell<Vec<ProposalId>>,
    pub(crate) tasks: RefCell<Vec<Task>>,
    pub(crate) away: Away,
    pub(crate) memory: RefCell<Memory>,
    pub(crate) entropy: SeededEntropy,
    pub(crate) rules: Rules,
    /// The team's tool and its protocol.
    pub(crate) tool: FakeTool,
    pub(crate) team: Team,
}

impl World {
    /// A world whose team's tool has keys or not.
    pub(crate) fn new(takes_keys: bool) -> Self {
        let format = if takes_keys { "standard" } else { "slack" };
        Self {
            tool: FakeTool::default(),
            team: Team::configure(Some("https://example.com/team"), Some(format), Some("whsec_c2ltdWxhdGlvbg==")),
            now: Cell::new(NOW),
            db: Sqlite::default(),
            inboxes: RefCell::default(),
            records: RefCell::default(),
            situations: RefCell::default(),
            actions: RefCell::default(),
            tasks: RefCell::default(),
            away: Away::default(),
            memory: RefCell::default(),
            entropy: SeededEntropy::new(7),
            rules: Rules(Playbook::load(TimeZone::default()).unwrap()),
        }
    }

    pub(crate) fn inbox(&self, name: &str) -> Rc<Inbox> {
        let mut inboxes = self.inboxes.borrow_mut();
        if let Some(inbox) = inboxes.iter().find(|inbox| inbox.name == name) {
            return Rc::clone(inbox);
        }
        inboxes.push(Rc::new(Inbox::new(name)));
        Rc::clone(inboxes.last().unwrap())
    }

    pub(crate) fn record(&self, id: RecordId) -> Rc<ObjectSqlite> {
        let mut records = self.records.borrow_mut();
        Rc::clone(records.entry(id).or_insert_with(|| {
            let storage = ObjectSqlite::default();
            timeline::open(&storage).unwrap();
            Rc::new(storage)
        }))
    }
}

/// The playbook, with a critical action added, so that there is one to misuse.
pub(crate) struct Rules(pub(crate) Playbook);

impl Recommender for Rules {
    fn id(&self) -> RecommenderId {
        self.0.id()
    }

    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError> {
        let mut advice = self.0.recommend(situation, now).await?;
        let last_attempts = situation
            .pending
            .iter()
            .filter(|entry| matches!(&entry.event.fact, Fact::PaymentFailed(failed) if failed.final_attempt));
        advice.recommendations.extend(last_attempts.map(|entry| refund(entry.event.id)));
        Ok(advice)
    }
}

fn refund(event: EventId) -> Recommendation {
    Recommendation {
        id: ProposalId::from_u128(event.as_u128() ^ 0xffff),
        event,
        action: Action::HumanOwned(HumanOwned::Refund(Case { summary: "They may want their money back.".to_owned() })),
        effect: "A person decides about a refund.".to_owned(),
        reason: "The last attempt failed.".to_owned(),
        questions: Vec::new(),
        proposed_by: "simulation".to_owned(),
    }
}
