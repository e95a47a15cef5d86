use crate::{
    Candidate, Comparison, Finding, Model, Parts, Profile, TermCounts,
    score::{Scales, Weight, log2_sum},
};
use nerve_model::{Evidence, Match, MatchVerdict, RecordRef, RunnerUp};

/// The result of scoring an event's candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The verdict.
    pub verdict: MatchVerdict,
    /// The most probable record, even if the verdict does not claim it.
    pub best: Option<Scored>,
    /// The second most probable record.
    pub runner_up: Option<Scored>,
    /// The probability that no known record is meant.
    pub nobody: f64,
}

/// A scored candidate. Prior, findings, others, rivals and calibration add up to the log-odds of its probability: a
/// waterfall, all in bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The record.
    pub record: RecordRef,
    /// The probability that it is the record meant.
    pub probability: f64,
    /// The kind of stranger hardest to tell from it: prior and findings are relative to this kind.
    pub against: String,
    /// The log-odds before any comparison.
    pub prior: f64,
    /// The contribution of each comparison.
    pub findings: Vec<Finding>,
    /// The deduction for the remaining kinds of strangers, who could agree like that.
    pub others: f64,
    /// The deduction for other candidates.
    pub rivals: f64,
    /// The correction by observed results.
    pub calibration: f64,
}

impl Model {
    /// True if the names show two people, whatever else they share: both are complete, and they contradict. The name of
    /// a person who writes for a company, or signs with a first name only, contradicts none.
    pub fn contradicts(&self, event: &Profile, known: &Profile) -> bool {
        let (event, known) = (self.parts(event), self.parts(known));
        let in_full = |parts: &Parts| !parts.lacks("name.given") && !parts.lacks("name.surname");
        let contradicting = |comparison: &Comparison| {
            let level = comparison.level(&event, &known).and_then(|level| comparison.levels.get(level));
            level.is_some_and(|level| level.contradicts)
        };
        in_full(&event) && in_full(&known) && self.comparisons.iter().any(contradicting)
    }

    /// Scores the candidates of an event, in any order; at most one of them is the record meant.
    pub fn decide(&self, event: &Profile, candidates: &[Candidate], terms: &TermCounts) -> Decision {
        let mut candidates: Vec<&Candidate> = candidates.iter().collect();
        candidates.sort_by_key(|candidate| candidate.record.id);
        let scales = Scales::new(self, event, candidates.iter().map(|candidate| &candidate.profile), terms);
        let (patterns, records) = (scales.patterns(), scales.records());
        let weights: Vec<Weight> = patterns.iter().map(|pattern| self.score(pattern, records)).collect();
        let chances = Chances::of(self, &weights);
        let mut ranked: Vec<_> =
            candidates.into_iter().zip(&patterns).zip(weights.iter().zip(&chances.of_candidate)).collect();
        ranked.sort_by(|(_, (_, a)), (_, (_, b))| b.exclusive.total_cmp(&a.exclusive));
        let mut ranked = ranked.into_iter().map(|((candidate, pattern), (weight, chance))| {
            let findings = self.findings(pattern, weight, event, &candidate.profile);
            let prior = self.prior_against(weight.against, records);
            self.scored(candidate, prior, findings, weight, chance)
        });
        let (best, runner_up) = (ranked.next(), ranked.next());
        let verdict = self.verdict(best.as_ref(), runner_up.as_ref(), chances.nobody);
        Decision { verdict, best, runner_up, nobody: chances.nobody }
    }

    fn scored(
        &self,
        candidate: &Candidate,
        prior: f64,
        findings: Vec<Finding>,
        weight: &Weight,
        chance: &Chance,
    ) -> Scored {
        Scored {
            record: candidate.record.clone(),
            probability: chance.probability,
            prior,
            against: self.others.get(weight.against).map(|other| other.name.clone()).unwrap_or_default(),
            others: weight.odds - prior - findings.iter().map(|finding| finding.bits).sum::<f64>(),
            findings,
            rivals: chance.exclusive - weight.odds,
            calibration: log_odds(chance.probability) - chance.exclusive,
        }
    }

    fn verdict(&self, best: Option<&Scored>, runner_up: Option<&Scored>, nobody: f64) -> MatchVerdict {
        let Some(best) = best.filter(|_| nobody < self.thresholds.new) else { return MatchVerdict::New };
        let lead = runner_up.map_or(f64::INFINITY, |other| log_odds(best.probability) - log_odds(other.probability));
        let confident = best.probability >= self.thresholds.confident && lead >= self.thresholds.margin;
        if confident { MatchVerdict::Confident } else { MatchVerdict::Ambiguous }
    }
}

impl Decision {
    /// The match in its stored form.
    pub fn to_match(&self) -> Match {
        let confidence = match (self.verdict, &self.best) {
            (MatchVerdict::New, _) | (_, None) => self.nobody,
            (_, Some(best)) => best.probability,
        };
        let scored = self.best.as_ref().filter(|_| self.verdict != MatchVerdict::New);
        let runner_up = self.runner_up.as_ref();
        let runner_up = runner_up.map(|other| RunnerUp { record: other.record.clone(), confidence: other.probability });
        Match {
            verdict: self.verdict,
            confidence,
            evidence: self.best.as_ref().map(Scored::evidence).unwrap_or_default(),
            runner_up,
            prior: scored.map(Scored::start),
            against: scored.map(|scored| scored.against.clone()),
        }
    }
}

impl Scored {
    /// The comparisons in their stored form.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.findings.iter().filter_map(Finding::to_evidence).collect()
    }

    /// The log-odds before calibration, as if there were no other candidates; in bits.
    pub fn alone(&self) -> f64 {
        self.prior + self.findings.iter().map(|finding| finding.bits).sum::<f64>() + self.others
    }

    /// All but the evidence, in bits: together they are the log-odds of the probability.
    pub fn start(&self) -> f64 {
        log_odds(self.probability) - self.evidence().iter().map(|evidence| evidence.weight).sum::<f64>()
    }
}

/// The probability of each candidate, given that at most one of them is meant.
pub(crate) struct Chances {
    pub(crate) of_candidate: Vec<Chance>,
    nobody: f64,
}

pub(crate) struct Chance {
    /// Log-odds in bits before calibration.
    pub(crate) exclusive: f64,
    probability: f64,
}

impl Chances {
    pub(crate) fn of(model: &Model, weights: &[Weight]) -> Self {
        let odds: Vec<f64> = weights.iter().map(|weight| weight.odds).collect();
        let chance = |i: usize, own: f64| {
            // No known record weighs 1, which is 0 bits.
            let rest: Vec<f64> =
                odds.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, odds)| *odds).chain([0.0]).collect();
            let exclusive = own - log2_sum(&rest);
            Chance { exclusive, probability: probability(model.calibration.apply(exclusive)) }
        };
        let mut of_candidate: Vec<Chance> = odds.iter().enumerate().map(|(i, own)| chance(i, *own)).collect();
        let sum: f64 = of_candidate.iter().map(|chance| chance.probability).sum();
        if sum > 1.0 {
            of_candidate.iter_mut().for_each(|chance| chance.probability /= sum);
        }
        Self { of_candidate, nobody: (1.0 - sum).max(0.0) }
    }
}

/// The probability of log-odds in bits.
pub(crate) fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// The log-odds of a probability in bits, kept finite.
fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).log2()
}
