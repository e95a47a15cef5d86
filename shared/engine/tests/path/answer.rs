//! Answers to a card's questions, and what an action lacks until they are given.

use nerve_engine::{ExecutionOutcome, Kept, Reply, ReviewError};
use nerve_ledger::{PageRequest, drafts, records};
use nerve_model::{
    Action, ActionKind, Claim, ClaimKind, Event, EventKind, Executable, Proposal, ProposalStatus, RecommenderId, Risk,
    Role,
};
use nerve_testkit::{World, block_on, events::payment_failed};

const QUESTION: &str = "No mail address is known for this customer. Where should the reminder go?";

/// A failed payment of somebody whose mail address nobody knows.
fn without_address(n: u128, invoice: &str) -> Event {
    let mut event = payment_failed(n, invoice);
    event.claims.retain(|claim| claim.kind != ClaimKind::Email);
    event
}

fn draft(world: &World) -> Proposal {
    world.happens(&without_address(1, "in_1"));
    world.proposal(ActionKind::DraftMessage)
}

fn address(text: &str) -> Claim {
    Claim { kind: ClaimKind::Email, value: text.to_owned(), role: Role::Customer }
}

fn reply(text: &str, keep: bool) -> Reply<'_> {
    Reply { text, question: None, address: text.contains('@').then(|| address(text)), keep }
}

fn recipient(proposal: &Proposal) -> Option<&str> {
    match &proposal.card.action {
        Action::Executable(Executable::DraftMessage(draft)) => draft.to.as_deref(),
        _ => None,
    }
}

#[test]
fn a_message_without_a_recipient_cannot_be_approved_until_somebody_says_where_it_goes() {
    let world = World::new();
    let draft = draft(&world);
    assert_eq!((draft.card.questions.first().map(String::as_str), recipient(&draft)), (Some(QUESTION), None));
    let refused = block_on(world.review("Ada").approve(draft.id, &draft.digest)).unwrap_err();
    assert_eq!(refused.to_string(), format!("the message has no recipient: answer “{QUESTION}” first"));

    let answered = block_on(world.review("Ada").answer(draft.id, &reply("ada@example.org", true))).unwrap();
    let now = answered.proposal;
    assert_eq!(
        (answered.filled, recipient(&now), now.card.risk),
        (Some(Kept::Yes), Some("ada@example.org"), Risk::Low)
    );
    assert_eq!(now.card.answers, [format!("{QUESTION} Ada: ada@example.org")]);
    assert_eq!(now.card.questions, [""; 0]);
    assert!(matches!(block_on(world.review("Ada").approve(draft.id, &draft.digest)), Err(ReviewError::Stale { .. })));
    block_on(world.review("Ada").approve(draft.id, &now.digest)).unwrap();
    assert!(matches!(world.execute(draft.id).unwrap(), ExecutionOutcome::Done(_)));
    let kept = &block_on(drafts::list(&world.db, None, &PageRequest::default())).unwrap().items[0];
    assert_eq!(kept.to.as_deref(), Some("ada@example.org"));

    let claims = block_on(records::claims(&world.db, world.record())).unwrap();
    assert!(claims.iter().any(|claim| claim.value == "ada@example.org"), "{claims:?}");
    assert!(world.history(world.record()).iter().any(|entry| entry.kind == "claim_added"));
    world.verified();
}

#[test]
fn an_answer_that_is_no_address_changes_nothing() {
    let world = World::new();
    let draft = draft(&world);
    for (text, why) in
        [("", "the answer is empty"), (" \n", "the answer is empty"), ("by post", "“by post” is not a mail address")]
    {
        let refused = block_on(world.review("Ada").answer(draft.id, &reply(text, true)));
        assert_eq!(refused, Err(ReviewError::Invalid(why.to_owned())));
    }
    let long = "x".repeat(1_001);
    let refused = block_on(world.review("Ada").answer(draft.id, &reply(&long, true))).unwrap_err();
    assert_eq!(refused.to_string(), "the answer has more than 1000 characters");
    let gone = Reply { question: Some("Who?"), ..reply("ada@example.org", true) };
    assert!(matches!(block_on(world.review("Ada").answer(draft.id, &gone)), Err(ReviewError::Invalid(_))));
    assert_eq!(world.current(draft.id), draft);
}

#[test]
fn an_address_is_kept_only_where_the_person_wants_it_and_nobody_else_has_it() {
    let world = World::new();
    let first = draft(&world);
    let once = block_on(world.review("Ada").answer(first.id, &reply("books@example.net", false))).unwrap();
    assert_eq!((once.filled, once.proposal.card.risk), (Some(Kept::No), Risk::Medium));
    let claims = block_on(records::claims(&world.db, world.record())).unwrap();
    assert!(claims.iter().all(|claim| claim.kind != ClaimKind::Email), "{claims:?}");
}

#[test]
fn every_question_has_its_own_answer() {
    let world = World::new();
    let mut event = without_address(1, "in_1");
    if let nerve_model::Fact::PaymentFailed(failed) = &mut event.fact {
        failed.invoice.as_mut().unwrap().url = None;
    }
    world.happens(&event);
    let draft = world.proposal(ActionKind::DraftMessage);
    let [_, link] = draft.card.questions.as_slice() else { panic!("{:?}", draft.card.questions) };
    let about = Reply { text: "by bank transfer", question: Some(link), ..Reply::default() };
    let answered = block_on(world.review("Ada").answer(draft.id, &about)).unwrap();
    assert_eq!(answered.filled, None);
    assert_eq!(answered.proposal.card.questions, [QUESTION]);
    let refused = block_on(world.review("Ada").approve(draft.id, &answered.proposal.digest));
    assert!(matches!(refused, Err(ReviewError::Unanswered { .. })), "{refused:?}");
    let filled = block_on(world.review("Ada").answer(draft.id, &reply("ada@example.org", true))).unwrap();
    block_on(world.review("Ada").approve(draft.id, &filled.proposal.digest)).unwrap();
}

#[test]
fn no_grant_lets_a_message_without_a_recipient_pass() {
    let world = World::new();
    let review = world.review("Ada");
    let grant = review.grant(RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::DraftMessage);
    block_on(grant).unwrap();
    assert_eq!(draft(&world).status, ProposalStatus::Pending);
}

#[test]
fn an_edit_may_leave_the_recipient_open_and_then_it_is_asked_for() {
    let world = World::new();
    world.happens(&payment_failed(1, "in_1"));
    let draft = world.proposal(ActionKind::DraftMessage);
    let edited =
        block_on(world.review("Ada").edit(draft.id, serde_json::json!({"subject": "s", "body": "b"}))).unwrap();
    let refused = block_on(world.review("Ada").approve(draft.id, &edited.digest)).unwrap_err();
    assert_eq!(refused.to_string(), "the message has no recipient: answer “Where should the message go?” first");
    let filled = block_on(world.review("Ada").answer(draft.id, &reply("ada@example.com", true))).unwrap();
    assert_eq!((filled.filled, recipient(&filled.proposal)), (Some(Kept::Yes), Some("ada@example.com")));
}

#[test]
fn an_address_that_the_record_gets_fills_in_what_waits_for_it() {
    let world = World::new();
    world.happens(&without_address(1, "in_1"));
    let waiting = world.proposal(ActionKind::DraftMessage);
    world.happens(&payment_failed(2, "in_2"));
    let now = world.current(waiting.id);
    assert_eq!((recipient(&now), now.card.risk), (Some("ada@example.com"), Risk::Low));
    assert_eq!(now.card.questions, [""; 0]);
    assert_eq!(now.card.answers, [format!("{QUESTION} ada@example.com, as the record has it")]);
    assert!(now.card.gates.iter().all(|gate| !gate.reason.contains("recipient")), "{:?}", now.card.gates);
    block_on(world.review("Ada").approve(now.id, &now.digest)).unwrap();
    world.verified();
}
