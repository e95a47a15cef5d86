use super::{candidate, profile};
use nerve_matching::{Decision, Model, Profile, TermCounts};
use nerve_model::{ClaimKind, MatchVerdict::*};

const ADA: &str = "name=Ada Lovelace; email=ada.lovelace@gmail.com; phone=+14155550101; street=12 Main Street; postcode=90210; city=Springfield";

/// Counts of 20 000 records, in which surname and given names are common enough to agree by chance.
fn terms() -> TermCounts {
    let mut terms = TermCounts::among(20_000);
    for (part, value, count) in [
        ("name.surname", "lovelace", 3),
        ("name.surname", "smith", 170),
        ("name.given", "ada", 9),
        ("name.given", "john", 300),
        ("name.given", "william", 60),
    ] {
        terms.add(part, value, count);
    }
    terms
}

fn decide(event: &str, known: &[&str]) -> Decision {
    let known: Vec<_> = (1..).zip(known).map(|(n, known)| candidate(n, profile(known))).collect();
    Model::shipped().decide(&profile(event), &known, &terms())
}

#[test]
fn the_values_of_an_event_decide() {
    let twin = ADA.replace("Ada", "William").replace("ada.", "will.");
    for (event, known, verdict, best) in [
        // The whole profile, and enough of it.
        (ADA, vec![ADA], Confident, 1),
        ("name=Ada Lovelace; email=ada.lovelace@gmail.com", vec![ADA], Confident, 1),
        ("name=Lovelace, Ada; email=Ada.Lovelace+crm@gmail.com", vec![ADA], Confident, 1),
        ("name=ada lovelace; phone=+14155550101", vec![ADA], Confident, 1),
        ("name=Ada Lovelce; email=ada.lovelace@gmial.com; phone=+14155550101", vec![ADA], Confident, 1),
        // A household: the first name, or a personal mailbox, identifies one member.
        ("name=Ada Lovelace; phone=+14155550101", vec![&twin, ADA], Confident, 2),
        ("name=William Lovelace; phone=+14155550101; email=will.lovelace@gmail.com", vec![ADA, &twin], Confident, 2),
        ("name=Lovelace; phone=+14155550101", vec![&twin, ADA], Ambiguous, 0),
        // An unknown member of the household.
        (
            "name=Byron Lovelace; email=byron@zoo.example; street=12 Main Street; postcode=90210; city=Springfield",
            vec![ADA],
            New,
            1,
        ),
        // A common name alone does not decide.
        (
            "name=John Smith",
            vec!["name=John Smith; email=john@acme.example", "name=John Smith; phone=+14155550102"],
            Ambiguous,
            0,
        ),
        // The mailbox of a function belongs to no person.
        (
            "name=Ada Lovelace; email=info@acme.example",
            vec!["name=Ada Lovelace; email=info@acme.example", "name=John Smith; email=info@acme.example"],
            Confident,
            1,
        ),
        (
            "email=info@acme.example",
            vec!["name=Ada Lovelace; email=info@acme.example", "name=John Smith; email=info@acme.example"],
            Ambiguous,
            0,
        ),
        ("name=Grace Hopper; email=grace@navy.example", vec![], New, 0),
    ] {
        let decision = decide(event, &known);
        assert_eq!(decision.verdict, verdict, "{event} among {known:?}: {decision:#?}");
        let found = decision.best.map(|best| best.record.name);
        assert!(best == 0 || found == Some(format!("Customer {best}")), "{event} among {known:?}: {found:?}");
    }
}

#[test]
fn the_waterfall_adds_up() {
    let decision = decide("name=Ada Lovelace; phone=+14155550101", &[ADA, "name=John Smith; phone=+14155550101"]);
    for weighed in [decision.best.unwrap(), decision.runner_up.unwrap()] {
        let found: f64 = weighed.findings.iter().map(|finding| finding.bits).sum();
        let bits = weighed.prior + found + weighed.others + weighed.rivals + weighed.calibration;
        assert!((1.0 / (1.0 + (-bits).exp2()) - weighed.probability).abs() < 1e-9, "{weighed:?}");
    }
}

#[test]
fn a_match_keeps_the_evidence_in_plain_words() {
    let matched =
        decide("name=Bill Lovelace; phone=+14155550109", &["name=William Lovelace; phone=+14155550109"]).to_match();
    let name = matched.evidence.iter().find(|evidence| evidence.field == ClaimKind::Name).unwrap();
    assert_eq!(name.value, "Bill Lovelace");
    assert_eq!(name.finding, "a short form of the first name, the same surname: William Lovelace");
    let phone = matched.evidence.iter().find(|evidence| evidence.field == ClaimKind::Phone).unwrap();
    assert_eq!(phone.finding, "the same");
    assert!(phone.weight > 0.0);
}

#[test]
fn the_evidence_shows_the_values_that_matched_whichever_they_are_of_several() {
    let known =
        "name=Acme Ltd; name=William Lovelace; email=will@acme.example; email=bill@home.example; phone=+14155550109";
    let event = "name=Reception; name=Bill Lovelace; email=bill@home.example; phone=+14155550100; phone=+14155550109";
    let matched = decide(event, &[known]).to_match();
    let shown = |field| {
        let found = matched.evidence.iter().find(|evidence| evidence.field == field).unwrap();
        (found.value.as_str(), found.finding.as_str())
    };
    let name = "a short form of the first name, the same surname: William Lovelace";
    assert_eq!(shown(ClaimKind::Name), ("Bill Lovelace", name));
    assert_eq!(shown(ClaimKind::Email), ("bill@home.example", "the same"));
    assert_eq!(shown(ClaimKind::Phone), ("+14155550109", "the same"));
}

#[test]
fn only_full_names_of_two_people_contradict() {
    let named = |name: &str| Profile::of([], Some(name));
    for (event, known, contradicts) in [
        ("Grace Hopper", "Ada Lovelace", true),
        ("Charles Lovelace", "Ada Lovelace", true),
        ("Ada Lovelace", "Ada Lovelace", false),
        ("Ada King", "Ada Lovelace", false),
        ("A. Lovelace", "Ada Lovelace", false),
        ("Lovelace, Ada", "Ada Lovelace", false),
        ("Grace", "Ada Lovelace", false),
        ("Ada Lovelace", "Acme Ltd", false),
        ("Ada Lovelace", "Acme", false),
    ] {
        assert_eq!(Model::shipped().contradicts(&named(event), &named(known)), contradicts, "{event} / {known}");
    }
}

#[test]
fn among_few_records_a_name_is_not_yet_rare() {
    let known = "name=Ada Lovelace; email=ada@example.com; external=stripe:customer:cus_1";
    let mut few = TermCounts::among(2);
    few.add("name.given", "ada", 1);
    few.add("name.surname", "lovelace", 1);
    for (event, verdict) in [
        ("name=Ada Lovelace; email=a.lovelace@example.net", Ambiguous),
        ("name=Ada Lovelace; email=a.lovelace@example.net; external=stripe:customer:cus_2", New),
        ("name=Ada Lovelace; email=a.lovelace@example.net; external=hubspot:contact:7", Ambiguous),
        ("name=Grace Hopper; email=grace@example.net", New),
    ] {
        let decision = Model::shipped().decide(&profile(event), &[candidate(1, profile(known))], &few);
        assert_eq!(decision.verdict, verdict, "{event}: {decision:?}");
    }
}
