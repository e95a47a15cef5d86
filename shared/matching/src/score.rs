use crate::{Comparison, Counted, Finding, Level, Model, Parts, Prior, Profile, TermCounts};
use nerve_model::RecordRef;

/// A record that shares a key with the event.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The record.
    pub record: RecordRef,
    /// Its profile.
    pub profile: Profile,
}

/// An event, its candidates, and the data needed to score them.
pub(crate) struct Scales<'a> {
    pub(crate) model: &'a Model,
    event: Parts,
    known: Vec<Parts>,
    terms: &'a TermCounts,
}

/// The agreement of an event and a record: the level that each comparison reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The level of each comparison; `None` where it is silent.
    pub(crate) levels: Vec<Option<usize>>,
    /// The rarity of the shared values relative to agreement by chance, in bits; 0 if the comparison is silent.
    pub(crate) rarity: Vec<f64>,
}

/// The score of a candidate.
pub(crate) struct Weight {
    /// The bits of each comparison that is not silent, against each kind of stranger.
    bits: Vec<Vec<f64>>,
    /// Log-odds that it is meant, against each kind of stranger, in bits.
    pub(crate) odds_against: Vec<f64>,
    /// Log-odds that it is meant, against no known record being meant, in bits.
    pub(crate) odds: f64,
    /// The kind of stranger hardest to tell from it.
    pub(crate) against: usize,
}

impl<'a> Scales<'a> {
    pub(crate) fn new<'p>(
        model: &'a Model,
        event: &Profile,
        known: impl IntoIterator<Item = &'p Profile>,
        terms: &'a TermCounts,
    ) -> Self {
        let known = known.into_iter().map(|profile| model.parts(profile)).collect();
        Self { model, event: model.parts(event), known, terms }
    }

    /// The agreement of each candidate with the event, in their order.
    pub(crate) fn patterns(&self) -> Vec<Pattern> {
        self.known.iter().map(|known| self.pattern(known)).collect()
    }

    /// The number of records that the event could be about.
    pub(crate) fn records(&self) -> f64 {
        self.counted().max(f64::from(self.model.population))
    }

    /// The number of records that were counted.
    fn counted(&self) -> f64 {
        count(self.terms.records().max(u64::try_from(self.known.len()).unwrap_or(u64::MAX)))
    }

    fn pattern(&self, known: &Parts) -> Pattern {
        let levels: Vec<Option<usize>> = self.model.comparisons.iter().map(|c| c.level(&self.event, known)).collect();
        let rarity = |(comparison, level): (&Comparison, &Option<usize>)| {
            let level = level.and_then(|level| comparison.levels.get(level));
            level.iter().flat_map(|level| &level.frequency).map(|part| self.rarity(part, known)).sum()
        };
        let rarity = self.model.comparisons.iter().zip(&levels).map(rarity).collect();
        Pattern { levels, rarity }
    }

    /// The rarity of the value that both have, relative to agreement by chance, in bits.
    fn rarity(&self, part: &str, known: &Parts) -> f64 {
        let Some(frequency) = self.model.frequencies.iter().find(|f| f.part == part) else { return 0.0 };
        let agreed = self.event.get(part).iter().filter(|value| known.get(part).contains(value));
        let counts = agreed.filter_map(|value| match frequency.counted {
            Counted::Terms => self.terms.get(part, value),
            Counted::Candidates => Some(self.sharing(part, value)),
        });
        let Some(rarest) = counts.min() else { return 0.0 };
        let beyond = frequency.agreement * (self.records() - self.counted());
        frequency.weight * (frequency.agreement * self.records() / (count(rarest.max(1)) + beyond)).log2()
    }

    fn sharing(&self, part: &str, value: &String) -> u64 {
        let sharing = self.known.iter().filter(|known| known.get(part).contains(value)).count();
        u64::try_from(sharing).unwrap_or(u64::MAX)
    }
}

impl Model {
    /// Scores a pattern among this many records.
    pub(crate) fn score(&self, pattern: &Pattern, records: f64) -> Weight {
        let bits: Vec<Vec<f64>> = self.reached(pattern).map(|(_, level, rarity)| level.bits(rarity)).collect();
        let against = |k: usize| self.prior_against(k, records) + bits.iter().filter_map(|b| b.get(k)).sum::<f64>();
        let odds_against: Vec<f64> = (0..self.others.len()).map(against).collect();
        let against = odds_against.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(k, _)| k);
        // The kinds of strangers exclude one another, so their likelihoods add up.
        let inverse: Vec<f64> = odds_against.iter().map(|odds| -odds).collect();
        Weight { bits, odds: -log2_sum(&inverse), odds_against, against }
    }

    /// The log-odds before any comparison, in bits: that a given record is the one meant, against no known record being
    /// meant and this record being such a stranger.
    pub(crate) fn prior_against(&self, other: usize, records: f64) -> f64 {
        let meant = match self.prior {
            Prior::Known(known) => (known / (1.0 - known) / records).log2(),
            Prior::Pair(pair) => (pair / (1.0 - pair)).log2(),
        };
        let rate = self.others.get(other).filter(|_| other > 0).map_or(1.0, |other| other.per_event / records);
        meant - rate.log2()
    }

    /// The findings of all comparisons that are not silent, against the kind of stranger hardest to tell from it.
    pub(crate) fn findings(
        &self,
        pattern: &Pattern,
        weight: &Weight,
        event: &Profile,
        known: &Profile,
    ) -> Vec<Finding> {
        let findings = self.reached(pattern).zip(&weight.bits).map(|((comparison, level, _), bits)| {
            let (value, known) = self.compared(comparison, level, event, known);
            let bits = bits.get(weight.against).copied().unwrap_or_default();
            Finding { field: comparison.field.clone(), value, known, says: level.says.clone(), bits }
        });
        findings.collect()
    }

    /// The value of each side by which a comparison reached its level: the first pair that reaches it alone. A level that
    /// takes several columns, or none of several values, shows the first values.
    fn compared(&self, comparison: &Comparison, level: &Level, event: &Profile, known: &Profile) -> (String, String) {
        let reaches = |one: &Parts, other: &Parts| {
            comparison.level(one, other).and_then(|reached| comparison.levels.get(reached)) == Some(level)
        };
        for column in &comparison.shows {
            let alone = |value: &String| self.parts(&Profile::only(column, value));
            let others: Vec<(&String, Parts)> = known.get(column).iter().map(|value| (value, alone(value))).collect();
            for value in event.get(column) {
                let one = alone(value);
                if let Some((other, _)) = others.iter().find(|(_, other)| reaches(&one, other)) {
                    return (value.clone(), (*other).clone());
                }
            }
        }
        (comparison.shown(event), comparison.shown(known))
    }

    fn reached<'p>(&'p self, pattern: &'p Pattern) -> impl Iterator<Item = (&'p Comparison, &'p Level, f64)> {
        let comparisons = self.comparisons.iter().zip(&pattern.levels).zip(&pattern.rarity);
        comparisons
            .filter_map(|((comparison, level), rarity)| Some((comparison, comparison.levels.get((*level)?)?, *rarity)))
    }
}

impl Level {
    /// The weight of this level against each kind of stranger. Rarity counts against unrelated strangers only: a
    /// household shares even the rarest surname.
    fn bits(&self, rarity: f64) -> Vec<f64> {
        let against = |(k, u): (usize, &f64)| self.m.log2() - u.log2() + if k == 0 { rarity } else { 0.0 };
        self.u.iter().enumerate().map(against).collect()
    }
}

/// The logarithm of a sum of powers of two, without overflow.
pub(crate) fn log2_sum(bits: &[f64]) -> f64 {
    let most = bits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most.is_infinite() {
        return most;
    }
    // Summed in order of size, so that the order of the input changes no digit.
    let mut bits = bits.to_vec();
    bits.sort_by(f64::total_cmp);
    most + bits.iter().map(|b| (b - most).exp2()).sum::<f64>().log2()
}

#[expect(clippy::cast_precision_loss, reason = "records are counted far below 2^53")]
fn count(n: u64) -> f64 {
    n as f64
}
