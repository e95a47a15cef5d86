use crate::{
    Candidate, Comparison, Finding, Model, Parts, Profile, TermCounts,
    score::{Scales, Weight, log2_sum},
};
use nerve_model::{Evidence, Match, MatchVerdict, RecordRef, RunnerUp};

/// Whom an event concerns, weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The answer.
    pub verdict: MatchVerdict,
    /// The likeliest record, also where it is not claimed.
    pub best: Option<Scored>,
    /// The next likeliest.
    pub runner_up: Option<Scored>,
    /// The probability that nobody known is meant.
    pub nobody: f64,
}

/// A candidate on the scales. Prior, findings, others, rivals and calibration add up to the log-odds of its
/// probability: a waterfall, all in bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The record.
    pub record: RecordRef,
    /// The probability that it is the one meant.
    pub probability: f64,
    /// Who it is hardest to tell from: prior and findings are weighed against them.
    pub against: String,
    /// What was likely before anything was compared.
    pub prior: f64,
    /// What each comparison adds.
    pub findings: Vec<Finding>,
    /// What is taken off because somebody else yet could agree like that.
    pub others: f64,
    /// What other candidates take away.
    pub rivals: f64,
    /// What experience corrects.
    pub calibration: f64,
}

impl Model {
    /// Whether the names say that these are two people, whatever else they share: both in full, and contradicting. A
    /// person who writes for a company, or signs with a first name only, contradicts nobody.
    pub fn contradicts(&self, event: &Profile, known: &Profile) -> bool {
        let (event, known) = (self.parts(event), self.parts(known));
        let in_full = |parts: &Parts| !parts.lacks("name.given") && !parts.lacks("name.surname");
        let contradicting = |comparison: &Comparison| {
            let level = comparison.level(&event, &known).and_then(|level| comparison.levels.get(level));
            level.is_some_and(|level| level.contradicts)
        };
        in_full(&event) && in_full(&known) && self.comparisons.iter().any(contradicting)
    }

    /// Weighs the candidates for one event. Their order does not matter; at most one of them is the one meant.
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
    /// As it is kept with an event.
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
    /// What was compared, as it is kept with an event.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.findings.iter().filter_map(Finding::to_evidence).collect()
    }

    /// The log-odds before calibration, as if there were no other candidates; in bits.
    pub fn alone(&self) -> f64 {
        self.prior + self.findings.iter().map(|finding| finding.bits).sum::<f64>() + self.others
    }

    /// Everything but the evidence, in bits: with it, the log-odds of the probability.
    pub fn start(&self) -> f64 {
        log_odds(self.probability) - self.evidence().iter().map(|evidence| evidence.weight).sum::<f64>()
    }
}

/// How likely each candidate is, given that at most one of them is meant.
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
            // Nobody weighs 1, which is 0 bits.
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
