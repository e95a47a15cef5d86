//! The eight gates one by one, and the disposition of their results.

use nerve_model::{
    Action, ActionKind, Actor, AddNote, Case, ClaimKind, DraftMessage, EventKind, Executable, Gate, GateResult,
    GateVerdict, HumanOwned, Match, MatchVerdict, Millis, Operation, ProposalId, ProposalStatus, RecommenderId, Risk,
    Trust, Undo,
};
use nerve_policy::{
    Autonomy, Availability, Category, Disposition, Freshness, GateInput, Grant, LedgerState, disposition, gates,
};
use nerve_testkit::events::{NOW, confident};

/// The owned values of a [`GateInput`]; a row of a table changes one of them.
#[derive(Clone)]
struct Facts {
    trust: Trust,
    test: bool,
    matched: Match,
    action: Action,
    risk: Risk,
    operation: Result<Option<Operation>, &'static str>,
    grant: Option<Grant>,
    freshness: Freshness,
    complaint: Option<&'static str>,
    ledger: LedgerState,
}

impl Facts {
    /// Values with which every gate passes.
    fn good() -> Self {
        let category = Category::new(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::AddNote).unwrap();
        Self {
            trust: Trust::Signed,
            test: false,
            matched: confident(),
            action: note("n"),
            risk: Risk::Low,
            operation: Ok(Some(operation(Undo::Always, None))),
            grant: Some(Grant { category, granted_by: Actor::Person("Grace".to_owned()), granted_at: NOW }),
            freshness: Freshness::Fresh,
            complaint: None,
            ledger: LedgerState::Ready,
        }
    }

    fn gates(&self) -> [GateResult; 8] {
        gates(&GateInput {
            trust: self.trust,
            test: self.test,
            matched: &self.matched,
            action: &self.action,
            risk: self.risk,
            availability: match &self.operation {
                Ok(Some(operation)) => Availability::Offered(operation),
                Ok(None) => Availability::NotOffered,
                Err(why) => Availability::Unknown(why),
            },
            grant: self.grant.as_ref(),
            freshness: self.freshness.clone(),
            complaint: self.complaint,
            ledger: self.ledger.clone(),
        })
    }
}

fn operation(undo: Undo, missing: Option<&str>) -> Operation {
    let missing = missing.map(str::to_owned);
    Operation { action: ActionKind::AddNote, connector: "nerve".to_owned(), undo, missing }
}

fn undo(f: &mut Facts, undo: Undo) {
    f.operation = Ok(Some(operation(undo, None)));
}

fn note(text: &str) -> Action {
    Action::Executable(Executable::AddNote(AddNote { text: text.to_owned() }))
}

fn letter_to(to: Option<&str>) -> Action {
    let to = to.map(str::to_owned);
    Action::Executable(Executable::DraftMessage(DraftMessage { to, subject: "s".to_owned(), body: "b".to_owned() }))
}

fn human_owned() -> [Action; 4] {
    [HumanOwned::Refund, HumanOwned::CancelService, HumanOwned::ChangeContract, HumanOwned::DiscloseData]
        .map(|kind| Action::HumanOwned(kind(Case { summary: "s".to_owned() })))
}

fn matched(f: &mut Facts, verdict: MatchVerdict, confidence: f64) {
    f.matched = Match { verdict, confidence, ..confident() };
}

/// A new party with only a name.
fn nameless(f: &mut Facts) {
    matched(f, MatchVerdict::New, 1.0);
    f.matched.evidence[0].field = ClaimKind::Name;
}

#[test]
fn every_gate_says_what_it_found() {
    use GateVerdict::{Block, Hold, Pass};
    type Row = (Gate, GateVerdict, &'static str, fn(&mut Facts));
    let table: &[Row] = &[
        (Gate::Trusted, Pass, "A signature covers", |_| ()),
        (Gate::Trusted, Pass, "test mode", |f| f.test = true),
        (Gate::Trusted, Pass, "enough for low risk", |f| f.trust = Trust::Token),
        (Gate::Trusted, Hold, "could be forged", |f| (f.trust, f.risk) = (Trust::Token, Risk::Medium)),
        (Gate::Matched, Pass, "Matched with 99 %", |_| ()),
        (Gate::Matched, Pass, "Matched with 90 %", |f| matched(f, MatchVerdict::Confident, 0.9)),
        (Gate::Matched, Hold, "only 88 %", |f| matched(f, MatchVerdict::Confident, 0.88)),
        (Gate::Matched, Hold, "only NaN", |f| matched(f, MatchVerdict::Confident, f64::NAN)),
        (Gate::Matched, Hold, "More than one record", |f| matched(f, MatchVerdict::Ambiguous, 1.0)),
        (Gate::Matched, Pass, "nobody to confuse", |f| matched(f, MatchVerdict::New, 0.0)),
        (Gate::Matched, Hold, "nobody has confirmed", |f| {
            matched(f, MatchVerdict::New, 1.0);
            f.risk = Risk::Medium;
        }),
        (Gate::Matched, Hold, "nobody has confirmed", |f| {
            matched(f, MatchVerdict::New, 1.0);
            f.trust = Trust::Token;
        }),
        (Gate::Matched, Hold, "nobody has confirmed", nameless),
        (Gate::Allowed, Pass, "crm.add_note is set up", |_| ()),
        (Gate::Allowed, Hold, "Only a person may do this", |f| f.action = human_owned()[0].clone()),
        (Gate::Allowed, Block, "text must have 1 to 4000 characters", |f| f.action = note(" ")),
        (Gate::Allowed, Hold, "what is missing: the message has no recipient", |f| f.action = letter_to(None)),
        (Gate::Allowed, Pass, "message.draft is set up", |f| f.action = letter_to(Some("ada@example.com"))),
        (Gate::Allowed, Block, "No connector is set up for crm.add_note", |f| f.operation = Ok(None)),
        (Gate::Allowed, Block, "nerve cannot carry out crm.add_note: X_API_KEY is not set", |f| {
            f.operation = Ok(Some(operation(Undo::Always, Some("X_API_KEY is not set"))));
        }),
        (Gate::Allowed, Hold, "Nobody can tell now whether crm.add_note is set up: away", |f| {
            f.operation = Err("away")
        }),
        (Gate::Risk, Pass, "easily put right", |f| f.grant = None),
        (Gate::Risk, Pass, "a rule covers", |f| f.risk = Risk::Medium),
        (Gate::Risk, Hold, "Medium risk", |f| (f.risk, f.grant) = (Risk::Medium, None)),
        (Gate::Risk, Hold, "High risk", |f| f.risk = Risk::High),
        (Gate::Risk, Hold, "Critical", |f| f.risk = Risk::Critical),
        (Gate::Approval, Pass, "playbook / payment.failed / crm.add_note (granted by Grace on 2026-11-23)", |_| ()),
        (Gate::Approval, Pass, "granted by Grace", |f| f.risk = Risk::Medium),
        (Gate::Approval, Hold, "not at this risk", |f| f.risk = Risk::High),
        (Gate::Approval, Hold, "not at this risk", |f| f.risk = Risk::Critical),
        (Gate::Approval, Hold, "No rule allows", |f| f.grant = None),
        (Gate::Fresh, Pass, "Not dealt with before", |_| ()),
        (Gate::Fresh, Block, "proposed before and is rejected (prp_", |f| {
            f.freshness = Freshness::Repeated(ProposalId::new(NOW, 7), ProposalStatus::Rejected);
        }),
        (Gate::Fresh, Hold, "They complained", |f| f.complaint = Some("They complained.")),
        (Gate::Fresh, Block, "it was paid", |f| f.freshness = Freshness::Moot("it was paid".to_owned())),
        (Gate::Reversible, Pass, "can take it back.", |_| ()),
        (Gate::Reversible, Pass, "take it back for 20 seconds.", |f| undo(f, Undo::Within(Millis::seconds(20)))),
        (Gate::Reversible, Pass, "take it back for 1 hour.", |f| undo(f, Undo::Within(Millis::minutes(60)))),
        (Gate::Reversible, Pass, "take it back for 90 minutes.", |f| undo(f, Undo::Within(Millis::minutes(90)))),
        (Gate::Reversible, Hold, "cannot be taken back", |f| undo(f, Undo::Never)),
        (Gate::Reversible, Hold, "cannot be taken back", |f| f.operation = Ok(None)),
        (Gate::Reversible, Hold, "Nobody can tell now", |f| f.operation = Err("away")),
        (Gate::Logged, Pass, "before the effect", |_| ()),
        (Gate::Logged, Block, "ledger is broken: no head", |f| f.ledger = LedgerState::Broken("no head".to_owned())),
    ];
    for (gate, verdict, reason, change) in table {
        let mut facts = Facts::good();
        change(&mut facts);
        let results = facts.gates();
        assert_eq!(results.each_ref().map(|result| result.gate), *Gate::ALL);
        let result = results.iter().find(|result| result.gate == *gate).unwrap();
        assert_eq!((result.verdict, result.reason.contains(reason)), (*verdict, true), "{reason}: {result:?}");
    }
}

#[test]
fn all_verdicts_together_decide_and_a_critical_action_is_never_automatic() {
    let all = GateVerdict::ALL;
    for code in 0..all.len().pow(8) {
        let mut rest = code;
        let results: [GateResult; 8] = std::array::from_fn(|n| {
            let verdict = all[rest % all.len()];
            rest /= all.len();
            GateResult { gate: Gate::ALL[n], verdict, reason: String::new() }
        });
        let count = |wanted| results.iter().filter(|result| result.verdict == wanted).count();
        let blocked = count(GateVerdict::Block) > 0;
        for action in human_owned() {
            let expected = if blocked { Disposition::Drop } else { Disposition::HumanOwned };
            assert_eq!(disposition(&action, &results), expected, "{results:?}");
        }
        let expected = match (blocked, count(GateVerdict::Pass)) {
            (true, _) => Disposition::Drop,
            (false, 8) => Disposition::Automatic,
            (false, _) => Disposition::Review,
        };
        assert_eq!(disposition(&note("n"), &results), expected, "{results:?}");
    }
}

/// Every combination of the gates' inputs.
fn every_ground() -> Vec<Facts> {
    type Change = fn(&mut Facts);
    let axes: [&[Change]; 9] = [
        &[|_| (), |f| f.trust = Trust::Token],
        &[|_| (), |f| f.test = true],
        &[
            |_| (),
            |f| matched(f, MatchVerdict::Confident, 0.5),
            |f| matched(f, MatchVerdict::Ambiguous, 1.0),
            |f| matched(f, MatchVerdict::New, 1.0),
            nameless,
        ],
        &[
            |_| (),
            |f| f.action = note(""),
            |f| f.action = human_owned()[0].clone(),
            |f| f.action = human_owned()[1].clone(),
            |f| f.action = human_owned()[2].clone(),
            |f| f.action = human_owned()[3].clone(),
        ],
        &[|_| (), |f| f.risk = Risk::Medium, |f| f.risk = Risk::High, |f| f.risk = Risk::Critical],
        &[
            |_| (),
            |f| f.operation = Ok(None),
            |f| f.operation = Err("away"),
            |f| undo(f, Undo::Never),
            |f| undo(f, Undo::Within(Millis::seconds(1))),
            |f| f.operation = Ok(Some(operation(Undo::Always, Some("m")))),
        ],
        &[|_| (), |f| f.grant = None],
        &[|_| (), |f| f.freshness = Freshness::Moot("m".to_owned())],
        &[|_| (), |f| f.ledger = LedgerState::Broken("u".to_owned())],
    ];
    axes.iter().fold(vec![Facts::good()], |grounds, axis| {
        let vary = |input: &Facts, change: &Change| {
            let mut varied = input.clone();
            change(&mut varied);
            varied
        };
        grounds.iter().flat_map(|input| axis.iter().map(move |change| vary(input, change))).collect()
    })
}

#[test]
fn nothing_is_automatic_unless_everything_speaks_for_it() {
    let mut automatic = 0;
    for f in every_ground() {
        let results = f.gates();
        let is_automatic = disposition(&f.action, &results) == Disposition::Automatic;
        let all_pass = results.iter().all(|result| result.verdict == GateVerdict::Pass);
        assert_eq!(is_automatic, all_pass, "{results:?}");
        let safe = f.grant.is_some()
            && f.action.executable().is_some_and(|action| action.validate().is_ok())
            && f.risk <= Risk::Medium
            && matches!(&f.operation, Ok(Some(operation)) if operation.undo.is_possible() && operation.missing.is_none())
            && (f.freshness, f.ledger) == (Freshness::Fresh, LedgerState::Ready)
            && (f.trust == Trust::Signed || f.risk == Risk::Low)
            && match f.matched.verdict {
                MatchVerdict::Confident => f.matched.confidence >= 0.9,
                MatchVerdict::New => {
                    (f.risk, f.trust) == (Risk::Low, Trust::Signed) && f.matched.evidence[0].field != ClaimKind::Name
                }
                MatchVerdict::Ambiguous => false,
            };
        assert_eq!(is_automatic, safe, "{results:?}");
        automatic += usize::from(is_automatic);
    }
    assert!(automatic > 0);
}

#[test]
fn only_categories_up_to_medium_risk_can_be_granted() {
    for event in EventKind::ALL {
        for action in ActionKind::ALL {
            let category = Category::new(RecommenderId::PLAYBOOK, *event, *action);
            assert_eq!(category.is_ok(), action.base_risk() <= Risk::Medium, "{event} / {action}");
        }
    }
}

#[test]
fn a_grant_covers_one_recommender_one_kind_of_event_and_one_kind_of_action() {
    let category =
        |recommender: &str, event, action| Category::new(recommender.parse().unwrap(), event, action).unwrap();
    let granted = category("playbook", EventKind::PaymentFailed, ActionKind::AddNote);
    let grant = Grant { category: granted.clone(), granted_by: Actor::Person("Grace".to_owned()), granted_at: NOW };
    let autonomy: Autonomy = [grant].into_iter().collect();
    assert!(autonomy.grant_for(&granted).is_some());
    for other in [
        category("some/model@1", EventKind::PaymentFailed, ActionKind::AddNote),
        category("playbook", EventKind::InvoicePaid, ActionKind::AddNote),
        category("playbook", EventKind::PaymentFailed, ActionKind::CreateTask),
    ] {
        assert_eq!(autonomy.grant_for(&other), None, "{other}");
    }
}
