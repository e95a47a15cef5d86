use super::candidate;
use nerve_matching::{Candidate, Decision, Model, Profile, TermCounts};
use proptest::prelude::*;

const COLUMNS: [(&str, &[&str]); 6] = [
    (
        "name",
        &[
            "Ada Lovelace",
            "Lovelace, Ada",
            "A. Lovelace",
            "William Lovelace",
            "Bill Lovelace",
            "Grace Hopper",
            "Acme Ltd",
            "Ada",
        ],
    ),
    ("email", &["ada@gmail.com", "a.da@gmail.com", "info@acme.example", "grace@acme.example", "gracf@acme.example"]),
    ("phone", &["+14155550101", "+14155550110", "+442079460000"]),
    ("street", &["12 Main Street", "12 Main St", "14 Main Street", "7 Oak Avenue"]),
    ("postcode", &["90210", "90211"]),
    ("city", &["Springfield", "Shelbyville"]),
];

fn any_profile() -> impl Strategy<Value = Profile> {
    let value = |values: &'static [&'static str]| prop::collection::vec(prop::sample::select(values), 0..3);
    let columns: Vec<_> = COLUMNS.iter().map(|(_, values)| value(values)).collect();
    columns.prop_map(|columns| {
        let mut profile = Profile::default();
        for ((column, _), values) in COLUMNS.iter().zip(columns) {
            values.iter().for_each(|value| profile.add(column, value));
        }
        profile
    })
}

fn any_text() -> impl Strategy<Value = Profile> {
    prop::collection::vec(
        (
            prop::sample::select(&["name", "email", "phone", "domain", "street", "postcode", "city"][..]),
            any::<String>(),
        ),
        0..8,
    )
    .prop_map(|values| {
        let mut profile = Profile::default();
        values.iter().for_each(|(column, value)| profile.add(column, value));
        profile
    })
}

fn candidates(profiles: Vec<Profile>) -> Vec<Candidate> {
    (1..).zip(profiles).map(|(n, profile)| candidate(n, profile)).collect()
}

fn decide(event: &Profile, known: &[Candidate]) -> Decision {
    Model::shipped().decide(event, known, &TermCounts::among(20_000))
}

/// The log-odds from evidence alone, in bits.
fn bits(event: &Profile, known: &Profile) -> f64 {
    let best = decide(event, &[candidate(1, known.clone())]).best;
    best.map_or(f64::NAN, |best| {
        best.prior + best.findings.iter().map(|finding| finding.bits).sum::<f64>() + best.others
    })
}

proptest! {
    #[test]
    fn the_score_is_symmetric(a in any_profile(), b in any_profile()) {
        prop_assert!((bits(&a, &b) - bits(&b, &a)).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(event in any_profile(), known in prop::collection::vec(any_profile(), 0..6), turn in 0usize..6) {
        let known = candidates(known);
        let mut turned = known.clone();
        turned.rotate_left(turn.min(known.len()));
        turned.reverse();
        prop_assert_eq!(decide(&event, &known), decide(&event, &turned));
    }

    #[test]
    fn a_column_that_one_side_lacks_changes_nothing(event in any_profile(), known in any_profile()) {
        let mut more = known.clone();
        if event.get("phone").is_empty() {
            more.add("phone", "+14155550199");
        }
        prop_assert_eq!(bits(&event, &known), bits(&event, &more));
    }

    #[test]
    fn probabilities_are_probabilities_whatever_is_written(event in any_text(), known in prop::collection::vec(any_text(), 0..4)) {
        let decision = decide(&event, &candidates(known));
        let sum: f64 = decision.best.iter().chain(&decision.runner_up).map(|w| w.probability).sum();
        prop_assert!(sum.is_finite() && (0.0..=1.0 + 1e-9).contains(&sum) && (0.0..=1.0).contains(&decision.nobody), "{decision:?}");
    }

    #[test]
    fn keys_are_few_and_short(profile in any_text()) {
        let keys = Model::shipped().keys(&profile);
        prop_assert!(keys.len() <= 12 && keys.iter().all(|key| key.chars().count() <= 40), "{keys:?}");
    }

    #[test]
    fn a_profile_comes_back_as_it_was_stored(profile in any_text()) {
        let stored = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), profile);
    }
}

/// A value that agrees more never lowers the score.
#[test]
fn more_agreement_is_never_worth_less() {
    for (column, ladder) in [
        ("name", ["Ada Lovelace", "Ada Lovelacee", "Grace Hopper"]),
        ("email", ["ada@gmail.com", "adaa@gmail.com", "zoe@yahoo.com"]),
        ("phone", ["+14155550101", "+14155550110", "+442079460000"]),
        ("street", ["12 Main Street", "99 Main Street", "7 Oak Avenue"]),
    ] {
        let of = |value: &str| super::profile(&format!("{column}={value}; city=Springfield"));
        let scores: Vec<f64> = ladder.iter().map(|value| bits(&of(ladder[0]), &of(value))).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{column}: {scores:?}");
    }
}

#[test]
fn the_shipped_model_is_sound() {
    let model = Model::from_json(include_str!("../../weights.json")).unwrap();
    assert_eq!(&model, Model::shipped());
    assert!(!model.origin.is_empty());
}

#[test]
fn the_model_for_febrl_is_sound() {
    let model = Model::from_json(include_str!("../../../../tests/matching/models/febrl.json")).unwrap();
    assert!(!model.origin.is_empty());
}
