use super::{candidate, profile};
use nerve_matching::{
    Model, Prior, TermCounts,
    estimate::{Observed, Sample, Truth, estimate, pattern},
};

const START: &str = r#"{
    "origin": "a start",
    "columns": [{"name": "phone", "kind": "phone"}, {"name": "city", "kind": "text"}],
    "keys": [],
    "prior": {"known": 0.5},
    "others": [{"name": "a stranger"}],
    "comparisons": [
        {"field": "phone", "needs": ["phone"], "shows": ["phone"], "levels": [
            {"says": "the same", "when": {"same": "phone"}, "m": 0.6, "u": [0.4]},
            {"says": "different", "when": "else", "m": 0.4, "u": [0.6]}]},
        {"field": "city", "needs": ["city"], "shows": ["city"], "levels": [
            {"says": "the same", "when": {"same": "city"}, "m": 0.6, "u": [0.4]},
            {"says": "different", "when": "else", "m": 0.4, "u": [0.6]}]}],
    "thresholds": {"confident": 0.99, "margin": 3.0, "new": 0.9}
}"#;

/// A thousand events and a single record. Six events in ten are about it, with the right phone number nine times in ten
/// and the right city eight times. Other events never have its number, and its city once in ten.
fn sample(model: &Model, labelled: bool) -> Sample {
    let terms = TermCounts::among(1);
    let known = candidate(1, profile("phone=+14155550101; city=Springfield"));
    let mut sample = Sample { records: 1.0, pairs: 1_000.0, ..Sample::default() };
    for n in 0..1_000 {
        let meant = n % 10 < 6;
        let (phone, city) = if meant { (n / 10 % 10 < 9, n / 100 % 10 < 8) } else { (false, n / 10 % 10 == 0) };
        let phone = if phone { "+14155550101" } else { "+14155550777" };
        let event = profile(&format!("phone={phone}; city={}", if city { "Springfield" } else { "Shelbyville" }));
        let truth = if labelled { Truth::Is(meant.then_some(0)) } else { Truth::Unknown };
        sample.events.push(Observed::of(model, &event, std::slice::from_ref(&known), &terms, truth));
        sample.strangers.extend((!meant).then(|| pattern(model, &event, &known.profile, &terms)).flatten());
    }
    sample
}

#[test]
fn weights_come_out_as_they_went_in_with_labels_and_without() {
    let start = Model::from_json(START).unwrap();
    for (labelled, tolerance) in [(true, 0.01), (false, 0.05)] {
        let model = estimate(&start, &sample(&start, labelled));
        let weight = |comparison: usize| {
            let same = &model.comparisons[comparison].levels[0];
            (same.m, same.u[0])
        };
        let Prior::Known(known) = model.prior else { panic!("{:?}", model.prior) };
        for (found, expected) in [(known, 0.6), (weight(0).0, 0.9), (weight(1).0, 0.8), (weight(1).1, 0.1)] {
            assert!((found - expected).abs() < tolerance, "labelled: {labelled}, {found} is not {expected}");
        }
        assert!(weight(0).1 < 0.01 && model.calibration.is_monotone());
        assert_eq!(model.calibration.knots.is_empty(), !labelled);
    }
}
