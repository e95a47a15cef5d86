//! Weights from data: expectation maximisation over the pairs that keys find, with or without labels.

use crate::{
    Calibration, Candidate, Comparison, Model, Pattern, Prior, Profile, TermCounts,
    decision::{Chances, probability},
    score::{Scales, Weight},
};

/// The weight of the starting model in an estimate, in observations.
const INERTIA: f64 = 4.0;
/// With fewer random pairs at a level, the rate of strangers is unknown.
const ENOUGH: f64 = 30.0;
const ROUNDS: usize = 30;

/// One event with its candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    patterns: Vec<Pattern>,
    truth: Truth,
}

/// The candidate that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Unlabeled.
    Unknown,
    /// The candidate at this place; `None` if no candidate is meant.
    Is(Option<usize>),
}

/// The data of an estimate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// Events with their candidates.
    pub events: Vec<Observed>,
    /// Randomly drawn pairs of events and records, nearly all of them strangers.
    pub strangers: Vec<Pattern>,
    /// The number of known records.
    pub records: f64,
    /// The number of all pairs of an event and a record, found by keys or not.
    pub pairs: f64,
}

impl Observed {
    /// Compares an event with its candidates.
    pub fn of(model: &Model, event: &Profile, candidates: &[Candidate], terms: &TermCounts, truth: Truth) -> Self {
        let scales = Scales::new(model, event, candidates.iter().map(|candidate| &candidate.profile), terms);
        Self { patterns: scales.patterns(), truth }
    }
}

/// The agreement of two profiles.
pub fn pattern(model: &Model, event: &Profile, known: &Profile, terms: &TermCounts) -> Option<Pattern> {
    Scales::new(model, event, [known], terms).patterns().pop()
}

/// The model that explains the sample best, starting from another: m, u, prior and the frequency of the others, then
/// the calibration if there are labels.
pub fn estimate(start: &Model, sample: &Sample) -> Model {
    let mut model = Model { calibration: Calibration::default(), ..start.clone() };
    for _ in 0..ROUNDS {
        let shares = sample.events.iter().map(|event| shares(&model, event, sample.records)).collect::<Vec<_>>();
        model = maximise(start, &model, sample, &shares);
    }
    model.calibration = calibrate(&model, sample);
    model
}

/// The probability that two records agree in a part: the share of all records that have the value of a random holder.
pub fn agreement(terms: &TermCounts, part: &str) -> Option<f64> {
    let counts: Vec<f64> = terms.of(part).map(|(_, n)| u32::try_from(n).map_or(f64::INFINITY, f64::from)).collect();
    let holders: f64 = counts.iter().sum();
    let records = u32::try_from(terms.records()).map_or(f64::INFINITY, f64::from);
    (holders > 0.0).then(|| counts.iter().map(|n| n * n).sum::<f64>() / holders / records)
}

/// The shares of each candidate: first the probability that it is meant, then that of each kind of stranger.
type Shares = Vec<Vec<f64>>;

fn shares(model: &Model, event: &Observed, records: f64) -> Shares {
    let weights: Vec<Weight> = event.patterns.iter().map(|pattern| model.score(pattern, records)).collect();
    let chances = Chances::of(model, &weights);
    let meant = |place: usize, exclusive: f64| match event.truth {
        Truth::Unknown => probability(exclusive),
        Truth::Is(meant) => f64::from(u8::from(meant == Some(place))),
    };
    let share = |(place, (weight, chance)): (usize, (&Weight, &crate::decision::Chance))| {
        let meant = meant(place, chance.exclusive);
        let others = weight.odds_against.iter().map(|odds| (1.0 - meant) * (weight.odds - odds).exp2());
        core::iter::once(meant).chain(others).collect()
    };
    weights.iter().zip(&chances.of_candidate).enumerate().map(share).collect()
}

fn maximise(start: &Model, model: &Model, sample: &Sample, shares: &[Shares]) -> Model {
    let mut next = model.clone();
    let events = number(sample.events.len()).max(1.0);
    let total = |class: usize| shares.iter().flatten().filter_map(|share| share.get(class)).sum::<f64>();
    next.prior = match model.prior {
        Prior::Known(_) => Prior::Known((total(0) / events).clamp(0.001, 0.999)),
        Prior::Pair(_) => Prior::Pair((total(0) / sample.pairs).clamp(1e-12, 0.999)),
    };
    for (k, other) in next.others.iter_mut().enumerate().skip(1) {
        other.per_event = (total(k + 1) / events).max(1e-6);
    }
    for (place, (comparison, start)) in next.comparisons.iter_mut().zip(&start.comparisons).enumerate() {
        comparison.maximise(place, start, sample, shares);
    }
    next
}

impl Comparison {
    fn maximise(&mut self, place: usize, start: &Self, sample: &Sample, shares: &[Shares]) {
        let classes = 1 + self.levels.first().map_or(0, |level| level.u.len());
        let mut counts = vec![vec![0.0; classes]; self.levels.len()];
        let pairs = sample.events.iter().zip(shares).flat_map(|(event, shares)| event.patterns.iter().zip(shares));
        for (pattern, share) in pairs {
            let level = pattern.levels.get(place).copied().flatten();
            let Some(counts) = level.and_then(|level| counts.get_mut(level)) else { continue };
            counts.iter_mut().zip(share).for_each(|(count, share)| *count += share);
        }
        let random = random_counts(&sample.strangers, place, self.levels.len());
        self.set(start, &counts, &random, sample.pairs);
    }

    fn set(&mut self, start: &Self, counts: &[Vec<f64>], random: &[f64], found: f64) {
        let total = |class: usize| counts.iter().filter_map(|level| level.get(class)).sum::<f64>();
        let totals: Vec<f64> = (0..counts.first().map_or(0, Vec::len)).map(total).collect();
        let drawn: f64 = random.iter().sum();
        for ((level, start), (counts, random)) in
            self.levels.iter_mut().zip(&start.levels).zip(counts.iter().zip(random))
        {
            let ratio = |class: usize, start: f64| {
                let (count, total) = (counts.get(class).unwrap_or(&0.0), totals.get(class).unwrap_or(&0.0));
                (count + INERTIA * start) / (total + INERTIA)
            };
            if level.by_hand {
                continue;
            }
            level.m = ratio(0, start.m);
            for (k, (u, start)) in level.u.iter_mut().zip(&start.u).enumerate() {
                *u = if k > 0 {
                    ratio(k + 1, *start)
                } else {
                    by_chance(*random, drawn, *counts.get(1).unwrap_or(&0.0), found)
                };
            }
        }
    }
}

/// The rate at which strangers reach a level: from random pairs or, if those are too few, from pairs that keys found.
fn by_chance(random: f64, drawn: f64, counted: f64, found: f64) -> f64 {
    if random >= ENOUGH || drawn == 0.0 {
        return ((random + 0.5) / (drawn + 1.0)).min(1.0);
    }
    ((counted + 0.5) / (found + 1.0)).max(random / (2.0 * drawn.max(1.0)))
}

fn random_counts(strangers: &[Pattern], place: usize, levels: usize) -> Vec<f64> {
    let mut counts = vec![0.0; levels];
    for pattern in strangers {
        let level = pattern.levels.get(place).copied().flatten();
        if let Some(count) = level.and_then(|level| counts.get_mut(level)) {
            *count += 1.0;
        }
    }
    counts
}

/// The calibration from the best candidate of each labeled event: its log-odds, and how often it was right.
fn calibrate(model: &Model, sample: &Sample) -> Calibration {
    let best = sample.events.iter().filter_map(|event| {
        let Truth::Is(meant) = event.truth else { return None };
        let weights: Vec<Weight> = event.patterns.iter().map(|pattern| model.score(pattern, sample.records)).collect();
        let chances = Chances::of(model, &weights);
        let best = chances.of_candidate.iter().enumerate().max_by(|a, b| a.1.exclusive.total_cmp(&b.1.exclusive))?;
        Some((best.1.exclusive, meant == Some(best.0)))
    });
    Calibration::fit(best.collect())
}

fn number(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}
