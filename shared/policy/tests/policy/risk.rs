//! Parameters raise the risk of an action and never lower it.

use nerve_model::{
    Action, AddNote, Audience, Case, CreateTask, DraftMessage, Executable, HumanOwned, NotifyInternal, Priority, Risk,
};
use nerve_policy::risk_of;
use nerve_situation::Situation;
use nerve_testkit::events::ada;
use proptest::prelude::*;

fn known_by(addresses: &[&str]) -> Situation {
    let addresses = addresses.iter().map(|address| (*address).to_owned()).collect();
    Situation { addresses, ..Situation::of(ada()) }
}

fn task(assignee: Option<&str>) -> Action {
    Action::Executable(Executable::CreateTask(CreateTask {
        title: "t".to_owned(),
        detail: String::new(),
        priority: Priority::Normal,
        due_at: None,
        assignee: assignee.map(str::to_owned),
    }))
}

fn draft(to: Option<&str>) -> Action {
    let to = to.map(str::to_owned);
    Action::Executable(Executable::DraftMessage(DraftMessage { to, subject: "s".to_owned(), body: "b".to_owned() }))
}

fn note(text: &str) -> Action {
    Action::Executable(Executable::AddNote(AddNote { text: text.to_owned() }))
}

fn notice(text: &str) -> Action {
    let text = text.to_owned();
    let notice = NotifyInternal { audience: Audience::Team, text, priority: Priority::Normal };
    Action::Executable(Executable::NotifyInternal(notice))
}

fn human_owned(n: usize, summary: &str) -> Action {
    let kinds = [HumanOwned::Refund, HumanOwned::CancelService, HumanOwned::ChangeContract, HumanOwned::DiscloseData];
    Action::HumanOwned(kinds[n](Case { summary: summary.to_owned() }))
}

#[test]
fn giving_work_to_somebody_and_writing_to_strangers_raise_the_risk() {
    let table = [
        (task(None), Risk::Low),
        (task(Some("Grace")), Risk::Medium),
        (draft(None), Risk::Low),
        (draft(Some("ada@example.com")), Risk::Low),
        (draft(Some("Ada@Example.COM")), Risk::Low),
        (draft(Some("eve@example.com")), Risk::Medium),
        (draft(Some("ada@example.com.evil.test")), Risk::Medium),
        (draft(Some("")), Risk::Medium),
        (note("n"), Risk::Low),
        (notice("n"), Risk::Medium),
        (human_owned(0, "s"), Risk::Critical),
    ];
    let known = known_by(&["ada@example.com"]);
    for (action, risk) in table {
        assert_eq!(risk_of(&action, &known), risk, "{action:?}");
    }
    let nobody = Situation { addresses: Vec::new(), ..known };
    assert_eq!(risk_of(&draft(Some("ada@example.com")), &nobody), Risk::Medium);
}

fn any_action() -> impl Strategy<Value = Action> {
    let name = || proptest::option::of(prop_oneof![any::<String>(), Just("ada@example.com".to_owned())]);
    prop_oneof![
        name().prop_map(|assignee| task(assignee.as_deref())),
        name().prop_map(|to| draft(to.as_deref())),
        any::<String>().prop_map(|text| note(&text)),
        any::<String>().prop_map(|text| notice(&text)),
        (0..4_usize, any::<String>()).prop_map(|(n, summary)| human_owned(n, &summary)),
    ]
}

proptest! {
    #[test]
    fn no_parameter_lowers_the_risk(action in any_action(), addresses in proptest::collection::vec(any::<String>(), 0..3)) {
        let situation = Situation { addresses, ..Situation::of(ada()) };
        prop_assert!(risk_of(&action, &situation) >= action.kind().base_risk());
    }
}
