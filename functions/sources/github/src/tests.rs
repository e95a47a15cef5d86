//! Complete deliveries: those GitHub sends, and those that Nerve rejects.

mod signing;

use nerve_intake::Received;
use nerve_model::Role;
use nerve_signatures::Rejection;
use nerve_testkit::sources::with_headers;
use signing::GITHUB;

nerve_testkit::source_tests!(GITHUB);

#[test]
fn runs_of_one_automation_share_a_subject_and_each_attempt_is_a_fact() {
    let [failed, well, again] =
        ["workflow_run_failure", "workflow_run_success", "workflow_run_second_attempt"].map(|name| GITHUB.event(name));
    assert_eq!([&failed.subject, &failed.subject], [&well.subject, &again.subject]);
    assert!(well.fact.settles() && !failed.fact.settles() && !again.fact.settles());
    let keys = [&failed, &well, &again].map(|event| event.semantic_key.as_str());
    assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2], "{keys:?}");
    assert_eq!(GITHUB.event("workflow_run_as_form").semantic_key, failed.semantic_key, "the same, sent as a form");
}

#[test]
fn a_run_on_the_branch_of_a_fork_is_no_run_on_ours() {
    let failed = GITHUB.event("workflow_run_failure");
    let subject = |name: &str| GITHUB.event(name).subject;
    assert_eq!(subject("workflow_run_success_of_our_branch"), failed.subject);
    let [fork, gone] = ["workflow_run_success_of_a_fork", "workflow_run_success_of_a_deleted_fork"].map(subject);
    assert!(fork != failed.subject && gone != failed.subject && fork != gone);
    assert_ne!(subject("check_run_of_a_fork"), subject("check_run_of_another_app"));
    assert!(failed.outside_claims().all(|claim| claim.role == Role::Asset), "a repository is no customer");
}

/// The example of GitHub's guide: docs.github.com, *Validating webhook deliveries*.
#[test]
fn the_published_signature_is_reproduced() {
    let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let signed = GITHUB.signed(&GITHUB.unsigned("Hello, World!"));
    assert_eq!(signed.headers.get("x-hub-signature-256"), Some(expected));
}

#[test]
fn only_what_github_signed_with_sha256_gets_in() {
    let delivery = GITHUB.fixture("workflow_run_failure").delivery;
    let old = GITHUB.signed(&delivery).headers.get("x-hub-signature-256").unwrap().replace("sha256=", "sha1=");
    for (header, rejection) in
        [("X-Hub-Signature", Rejection::MissingSignature), ("X-Hub-Signature-256", Rejection::MalformedSignature)]
    {
        assert_eq!(GITHUB.receive(&with_headers(&delivery, [(header, &*old)])), Received::Rejected(rejection));
    }
}
