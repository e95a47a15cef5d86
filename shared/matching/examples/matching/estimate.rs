use crate::{
    Outcome,
    arguments::Arguments,
    index::Index,
    set::{self, Row},
};
use nerve_matching::{
    Model, TermCounts,
    estimate::{self, Observed, Sample, Truth},
};
use std::{collections::BTreeMap, fs};

/// The number of random pairs that show how often strangers agree.
const RANDOM_PAIRS: usize = 600_000;

/// Writes the model that explains a set best, from labels if there are any.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let base = set::rows(arguments.get("--base")?)?;
    let events = set::rows(arguments.get("--events")?)?;
    let truth = arguments.find("--truth").map(set::truth).transpose()?;
    let mut start = Model::from_json(&fs::read_to_string(arguments.get("--start")?)?)?;
    measure_frequencies(&mut start, &base);
    let sample = sample(&start, &base, &events, truth.as_ref());
    let model = estimate::estimate(&start, &sample);
    let model = Model { origin: arguments.find("--origin").unwrap_or(&start.origin).to_owned(), ..model };
    fs::write(arguments.get("--out")?, serde_json::to_string_pretty(&model)? + "\n")?;
    Ok(())
}

fn sample(model: &Model, base: &[Row], events: &[Row], truth: Option<&BTreeMap<String, String>>) -> Sample {
    let index = Index::of(model, base);
    let observed = |event: &Row| {
        let candidates = index.candidates(&event.profile);
        let meant = |record: &String| candidates.iter().position(|candidate| candidate.record.name == *record);
        let truth = truth.map_or(Truth::Unknown, |truth| Truth::Is(truth.get(&event.id).and_then(meant)));
        Observed::of(model, &event.profile, &candidates, &index.terms, truth)
    };
    let events_observed = events.iter().map(observed).collect();
    let records = f64::from(u32::try_from(base.len()).unwrap_or(u32::MAX));
    let pairs = records * f64::from(u32::try_from(events.len()).unwrap_or(u32::MAX));
    Sample { events: events_observed, strangers: strangers(model, base, events, truth, &index.terms), records, pairs }
}

/// Each event with records drawn by multiplicative hashing.
fn strangers(
    model: &Model,
    base: &[Row],
    events: &[Row],
    truth: Option<&BTreeMap<String, String>>,
    terms: &TermCounts,
) -> Vec<nerve_matching::Pattern> {
    let pair = |n: usize| {
        let (event, known) =
            (events.get(n % events.len())?, base.get((n.wrapping_mul(2_654_435_761) >> 7) % base.len())?);
        let is_same = truth.is_some_and(|truth| truth.get(&event.id) == Some(&known.id));
        (!is_same).then(|| estimate::pattern(model, &event.profile, &known.profile, terms)).flatten()
    };
    (0..RANDOM_PAIRS).filter_map(pair).collect()
}

fn measure_frequencies(model: &mut Model, base: &[Row]) {
    let mut terms = TermCounts::among(u64::try_from(base.len()).unwrap_or(u64::MAX));
    for row in base {
        let parts = model.parts(&row.profile);
        for frequency in &model.frequencies {
            parts.get(&frequency.part).iter().for_each(|value| terms.add(&frequency.part, value, 1));
        }
    }
    for frequency in &mut model.frequencies {
        frequency.agreement = estimate::agreement(&terms, &frequency.part).unwrap_or(frequency.agreement);
    }
}
