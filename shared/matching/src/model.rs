use crate::{Calibration, Column, Condition, KeyRecipe, Parts, Profile, keys::MAX_KEYS};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::LazyLock};

/// The model that finds and scores records: a data file that names the origin of its numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The data and the method that the numbers come from.
    pub origin: String,
    /// The columns of a profile.
    pub columns: Vec<Column>,
    /// The recipes of the keys that find records. After a change all records must be indexed again.
    pub keys: Vec<KeyRecipe>,
    /// The odds before any comparison.
    pub prior: Prior,
    /// With fewer records than this, uncounted values count as frequent as elsewhere: a handful of records does not
    /// show who else exists.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub population: u32,
    /// The kinds of strangers that could be meant instead, unrelated ones first.
    pub others: Vec<Other>,
    /// The parts whose common values weigh less.
    #[serde(default)]
    pub frequencies: Vec<Frequency>,
    /// The comparisons and the weight of agreement.
    pub comparisons: Vec<Comparison>,
    /// The map from the weights' odds to the observed ones.
    #[serde(default)]
    pub calibration: Calibration,
    /// The thresholds of the verdicts.
    pub thresholds: Thresholds,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The odds before any comparison.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// The share of events whose record is known.
    Known(f64),
    /// The probability that an event and a random record belong together.
    Pair(f64),
}

/// A kind of person who is not meant and still agrees in part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Other {
    /// Words that complete "rather than", for example `somebody of the same household`.
    pub name: String,
    /// The average number of such records for an event; not used for strangers, which all records are.
    #[serde(default)]
    pub per_event: f64,
}

/// A part whose common values weigh less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// The part.
    pub part: String,
    /// The probability that two records agree in it by chance.
    pub agreement: f64,
    /// The origin of the counts.
    pub counted: Counted,
    /// The share of the adjustment that is applied, 0 to 1.
    pub weight: f64,
}

/// The origin of the counts of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// [`crate::TermCounts`]; no adjustment if they lack the part.
    Terms,
    /// The candidates: exact if a key finds every record with the value.
    Candidates,
}

/// A comparison. It is silent if one side lacks a part that it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Its name for people; the name of a claim kind if it is one.
    pub field: String,
    /// Parts of which both sides must have at least one in common.
    pub needs: Vec<String>,
    /// The columns whose values are displayed.
    pub shows: Vec<String>,
    /// Levels of agreement, best first: the first whose condition holds counts.
    pub levels: Vec<Level>,
}

/// A level of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The finding in plain words.
    pub says: String,
    /// True if two people with complete names at this level are probably different.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub contradicts: bool,
    /// The condition of the level.
    pub when: Condition,
    /// The probability of this level for the record meant.
    pub m: f64,
    /// The probability of this level for each kind of stranger.
    pub u: Vec<f64>,
    /// Parts whose frequency adjusts this level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frequency: Vec<String>,
    /// Set by hand; an estimate leaves it alone, because its data lacks such cases.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub by_hand: bool,
}

/// The thresholds of the verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// The least probability of a confident verdict.
    pub confident: f64,
    /// The least lead over the runner-up, in bits.
    pub margin: f64,
    /// The least probability of no known record for the verdict "new".
    pub new: f64,
}

/// The reason a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is not JSON of that form.
    #[error("not a model: {0}")]
    Json(#[from] serde_json::Error),
    /// A number is out of range, or two parts do not fit together.
    #[error("the model contradicts itself: {0}")]
    Contradiction(String),
}

impl Model {
    /// The model shipped with Nerve, for the claims of a CRM.
    pub fn shipped() -> &'static Self {
        // A test parses the file; if it were broken, an empty model would claim nothing.
        static SHIPPED: LazyLock<Model> =
            LazyLock::new(|| Model::from_json(include_str!("../weights.json")).unwrap_or_default());
        &SHIPPED
    }

    /// Parses and checks a model file.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text)?;
        model.check()?;
        Ok(model)
    }

    /// A profile in normal form.
    pub fn parts(&self, profile: &Profile) -> Parts {
        Parts::of(profile, &self.columns)
    }

    /// The keys of a profile, at most twelve, in order: records that share one are candidates.
    pub fn keys(&self, profile: &Profile) -> Vec<String> {
        let parts = self.parts(profile);
        let mut seen = BTreeSet::new();
        let keys = self.keys.iter().flat_map(|recipe| recipe.keys(&parts));
        keys.filter(|key| seen.insert(key.clone())).take(MAX_KEYS).collect()
    }

    /// The values whose frequency counts, as (part, value): counted once for each record that has them, and looked up
    /// for an event.
    pub fn terms(&self, profile: &Profile) -> Vec<(String, String)> {
        let parts = self.parts(profile);
        let counted = self.frequencies.iter().filter(|frequency| frequency.counted == Counted::Terms);
        counted
            .flat_map(|frequency| {
                parts.get(&frequency.part).iter().map(|value| (frequency.part.clone(), value.clone()))
            })
            .collect()
    }

    fn check(&self) -> Result<(), ModelError> {
        let wrong = |what: String| Err(ModelError::Contradiction(what));
        let probability = |p: f64| p > 0.0 && p < 1.0;
        let (Prior::Known(prior) | Prior::Pair(prior)) = self.prior;
        if !probability(prior) || self.others.is_empty() || !self.calibration.is_monotone() {
            return wrong("prior, others or calibration".to_owned());
        }
        for (comparison, level) in self.comparisons.iter().flat_map(|c| c.levels.iter().map(move |level| (c, level))) {
            let sound =
                level.u.len() == self.others.len() && level.u.iter().chain([&level.m]).all(|p| *p > 0.0 && *p <= 1.0);
            if !sound {
                return wrong(format!("{}: {}", comparison.field, level.says));
            }
        }
        if self.frequencies.iter().any(|frequency| !(frequency.agreement > 0.0 && frequency.agreement <= 1.0)) {
            return wrong("frequencies".to_owned());
        }
        Ok(())
    }
}

impl Comparison {
    /// The level that two sides reach; `None` if the comparison is silent.
    pub(crate) fn level(&self, a: &Parts, b: &Parts) -> Option<usize> {
        let speaks = self.needs.iter().any(|part| !a.lacks(part) && !b.lacks(part));
        if !speaks {
            return None;
        }
        self.levels.iter().position(|level| level.when.holds(a, b))
    }

    /// The values that the comparison displays.
    pub(crate) fn shown(&self, profile: &Profile) -> String {
        let values: Vec<&str> =
            self.shows.iter().filter_map(|column| profile.get(column).first()).map(String::as_str).collect();
        values.join(", ")
    }
}

impl Default for Prior {
    fn default() -> Self {
        Self::Known(0.5)
    }
}
