//! The local effects of every kind of action: performed once, and undone where the kind allows it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_connectors::{NotReversible, Plan, Repeatable, Team, operations, plan, undo};
use nerve_ledger::records::{self, NewRecord, Origin};
use nerve_model::{ActionKind, Actor, Executable, Proposal, Timestamp};
use nerve_ports::{Database, DatabaseError};
use nerve_testkit::{
    Sqlite,
    actions::smallest,
    block_on,
    events::{NOW, ada},
    proposals::pending_task,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn proposed(kind: ActionKind) -> (Proposal, Executable) {
    let mut proposal = pending_task(1);
    proposal.card.action = smallest(kind);
    let action = proposal.card.action.executable().cloned().unwrap();
    (proposal, action)
}

fn team(format: &str) -> Team {
    Team::configure(Some("https://example.com/team"), Some(format), Some(SECRET))
}

fn database() -> Sqlite {
    let db = Sqlite::default();
    let origin = Origin::of(Actor::system("context"), NOW);
    block_on(db.batch(records::create(&NewRecord::named(ada()), &origin, 1))).unwrap();
    db
}

/// The number of rows that were not undone.
fn standing(db: &Sqlite) -> usize {
    let tables = db.look("SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE c.name = 'undone_at'");
    let all = tables.iter().map(|row| row.text("name").unwrap().to_owned()).chain(["notifications".to_owned()]);
    all.map(|table| {
        let undone = if table == "notifications" { "" } else { " WHERE undone_at IS NULL" };
        db.look(&format!("SELECT 1 AS one FROM {table}{undone}")).len()
    })
    .sum()
}

#[test]
fn every_kind_is_carried_out_once_and_taken_back_where_it_says_so() {
    for operation in operations(&Team::Console) {
        let kind = operation.action;
        let (db, (proposal, action)) = (database(), proposed(kind));
        let Ok(Plan::Local(effect)) = plan(&proposal, &action, &Team::Console, NOW) else { panic!("{kind}") };
        assert!(!effect.result.is_empty(), "{kind}");
        block_on(db.query(effect.statement.clone())).unwrap();
        let again = block_on(db.query(effect.statement));
        assert!(matches!(again, Err(DatabaseError::Conflict(_))), "{kind} twice");
        assert_eq!(standing(&db), 1, "{kind}");
        let taken_back = undo(&proposal, &action, NOW);
        assert_eq!(taken_back.is_ok(), operation.undo.is_possible(), "{kind}");
        match taken_back {
            Ok(statements) => {
                block_on(db.batch(statements)).unwrap();
                assert_eq!(standing(&db), 0, "{kind} taken back");
            }
            Err(refused) => assert_eq!(refused, NotReversible(kind)),
        }
    }
}

#[test]
fn repeating_is_harmless_here_and_outside_as_safe_as_the_tool_makes_it() {
    use Repeatable::{Harmless, Idempotent, Unsafe};
    let plan_of = |kind, team: &Team, at: Timestamp| {
        let (proposal, action) = proposed(kind);
        plan(&proposal, &action, team, at).map(|plan| plan.repeatable()).map_err(|error| error.setting)
    };
    for kind in Executable::KINDS {
        let outside = *kind == ActionKind::NotifyInternal;
        for (team, notice) in [
            (Team::Console, Ok(Harmless)),
            (team("standard"), Ok(Idempotent)),
            (team("slack"), Ok(Unsafe)),
            (team("smoke"), Err("NOTIFY_FORMAT")),
        ] {
            let expected = if outside { notice } else { Ok(Harmless) };
            assert_eq!(plan_of(*kind, &team, NOW), expected, "{kind} {team:?}");
        }
    }
}

#[test]
fn an_operation_says_who_carries_it_out_and_which_setting_is_missing() {
    let notice = |team: &Team| operations(team).into_iter().find(|o| o.action == ActionKind::NotifyInternal).unwrap();
    let all = operations(&Team::Console);
    assert_eq!(all.iter().map(|operation| operation.action).collect::<Vec<_>>(), Executable::KINDS);
    assert!(all.iter().all(|operation| operation.connector == "nerve" && operation.missing.is_none()));
    for (team, connector, missing) in [
        (team("standard"), "webhook", None),
        (team("slack"), "slack", None),
        (team("smoke"), "webhook", Some("NOTIFY_FORMAT must be standard or slack")),
    ] {
        let found = notice(&team);
        assert_eq!((found.connector.as_str(), found.missing.as_deref()), (connector, missing), "{team:?}");
    }
}
