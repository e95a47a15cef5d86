use crate::{Calibration, Column, Condition, KeyRecipe, Parts, Profile, keys::MAX_KEYS};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::LazyLock};

/// All by which records are found and weighed: a data file that says where its numbers come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Which data the numbers were estimated from, and how.
    pub origin: String,
    /// What a profile is made of.
    pub columns: Vec<Column>,
    /// By what records are found. To change them is to index every record anew.
    pub keys: Vec<KeyRecipe>,
    /// What is likely before anything is compared.
    pub prior: Prior,
    /// Among fewer records than this, what is not counted yet is taken to be as common as elsewhere: a handful of records
    /// does not say who else there is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub population: u32,
    /// Who else it could be, strangers first.
    pub others: Vec<Other>,
    /// The parts whose common values say less.
    #[serde(default)]
    pub frequencies: Vec<Frequency>,
    /// What is compared, and what agreement is worth.
    pub comparisons: Vec<Comparison>,
    /// From what the weights say to what was observed.
    #[serde(default)]
    pub calibration: Calibration,
    /// When the answer is what.
    pub thresholds: Thresholds,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What is likely before anything is compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// The share of events whose record is known.
    Known(f64),
    /// The probability that an event and a random record belong together.
    Pair(f64),
}

/// A kind of somebody else: who is not meant, and still agrees in part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Other {
    /// In words that complete "rather than", for example `somebody of the same household`.
    pub name: String,
    /// How many of the records are that to an event, on average. For strangers, who are all, it is not looked at.
    #[serde(default)]
    pub per_event: f64,
}

/// A part whose common values say less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// The part.
    pub part: String,
    /// The probability that two records agree in it by chance.
    pub agreement: f64,
    /// Where the counts come from.
    pub counted: Counted,
    /// How much of the adjustment is made, 0 to 1.
    pub weight: f64,
}

/// Where the counts of values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// From [`crate::TermCounts`]; no adjustment where they lack the part.
    Terms,
    /// From the candidates: exact where a key finds every record that has the value.
    Candidates,
}

/// One thing that is compared. Silent where one side lacks all it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What a person calls it; the name of a claim kind where it is one.
    pub field: String,
    /// Parts of which both sides must have at least one of the same.
    pub needs: Vec<String>,
    /// The columns whose values are shown.
    pub shows: Vec<String>,
    /// Levels of agreement, best first: the first whose condition holds is reached.
    pub levels: Vec<Level>,
}

/// A level of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The finding in plain words.
    pub says: String,
    /// Whether two who give their first names and surnames in full are then likely to be two.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub contradicts: bool,
    /// When it is reached.
    pub when: Condition,
    /// How often, if the record is the one meant.
    pub m: f64,
    /// How often, if it is somebody else: for each of the model's others.
    pub u: Vec<f64>,
    /// Parts whose frequency counts here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frequency: Vec<String>,
    /// Set by hand and left alone by an estimate, because the data it is made from lacks such cases.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub by_hand: bool,
}

/// When the answer is what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// From this probability on one record is meant.
    pub confident: f64,
    /// Unless the runner-up is closer than this many bits.
    pub margin: f64,
    /// From this probability on that nobody known is meant, it is somebody new.
    pub new: f64,
}

/// Why a model cannot be used.
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
    /// The model that comes with Nerve, for the claims of a CRM.
    pub fn shipped() -> &'static Self {
        // A test reads the file; were it broken, an empty model would claim nothing.
        static SHIPPED: LazyLock<Model> =
            LazyLock::new(|| Model::from_json(include_str!("../weights.json")).unwrap_or_default());
        &SHIPPED
    }

    /// Reads and checks a model file.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text)?;
        model.check()?;
        Ok(model)
    }

    /// A profile in normal form.
    pub fn parts(&self, profile: &Profile) -> Parts {
        Parts::of(profile, &self.columns)
    }

    /// The keys by which a profile is found: records that share one are candidates. At most twelve, in order.
    pub fn keys(&self, profile: &Profile) -> Vec<String> {
        let parts = self.parts(profile);
        let mut seen = BTreeSet::new();
        let keys = self.keys.iter().flat_map(|recipe| recipe.keys(&parts));
        keys.filter(|key| seen.insert(key.clone())).take(MAX_KEYS).collect()
    }

    /// The values whose frequency matters, as (part, value): to be counted once for each record that has them, and
    /// looked up for an event.
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
    /// The level that two sides reach; `None` where the comparison is silent.
    pub(crate) fn level(&self, a: &Parts, b: &Parts) -> Option<usize> {
        let speaks = self.needs.iter().any(|part| !a.lacks(part) && !b.lacks(part));
        if !speaks {
            return None;
        }
        self.levels.iter().position(|level| level.when.holds(a, b))
    }

    /// The values of a profile that it is about, for a person to read.
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
