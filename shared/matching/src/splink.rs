//! Import of weights estimated by Splink, from the JSON in which it saves a model.

mod sql;

use crate::{
    Column, Comparison, Condition, Counted, Frequency, Kind, Level, Model, ModelError, Other, Prior, Thresholds,
};
use serde::Deserialize;
use sql::{Expression, Term};
use std::collections::BTreeMap;

/// The reason settings of Splink cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SplinkError {
    /// They are not JSON of that form.
    #[error("not settings of Splink: {0}")]
    Json(#[from] serde_json::Error),
    /// A level's condition is not supported.
    #[error("comparison {comparison:?} has a condition that is not understood: {sql}")]
    Condition {
        /// The output column of the comparison.
        comparison: String,
        /// The condition.
        sql: String,
    },
    /// The resulting model contradicts itself.
    #[error(transparent)]
    Model(#[from] ModelError),
}

#[derive(Deserialize)]
struct Settings {
    probability_two_random_records_match: f64,
    comparisons: Vec<SplinkComparison>,
}

#[derive(Deserialize)]
struct SplinkComparison {
    output_column_name: String,
    comparison_levels: Vec<SplinkLevel>,
}

#[derive(Deserialize)]
struct SplinkLevel {
    sql_condition: String,
    #[serde(default)]
    label_for_charts: String,
    m_probability: Option<f64>,
    u_probability: Option<f64>,
    #[serde(default)]
    is_null_level: bool,
    tf_adjustment_column: Option<String>,
    tf_adjustment_weight: Option<f64>,
}

/// The weights of Splink's settings, with the columns and keys of another model. `names` maps Splink's columns to
/// parts; a column without a name is compared as text.
///
/// Supported are equality, also crosswise and of first letters or of the text before an `@`; Jaro, Jaro-Winkler,
/// Levenshtein and Damerau-Levenshtein; a value in common; days between dates; and all of these joined by AND and OR.
pub fn import_splink(settings: &str, onto: &Model, names: &BTreeMap<String, String>) -> Result<Model, SplinkError> {
    let settings: Settings = serde_json::from_str(settings)?;
    let mut import = Import { names, frequencies: Vec::new() };
    let comparisons: Vec<Comparison> =
        settings.comparisons.iter().map(|comparison| import.comparison(comparison)).collect::<Result<_, _>>()?;
    let mut model = Model {
        origin: "Imported from settings of Splink".to_owned(),
        columns: onto.columns.clone(),
        keys: onto.keys.clone(),
        prior: Prior::Pair(settings.probability_two_random_records_match),
        population: onto.population,
        others: vec![Other { name: "a stranger".to_owned(), per_event: 0.0 }],
        frequencies: import.frequencies,
        comparisons,
        calibration: crate::Calibration::default(),
        thresholds: Thresholds { ..onto.thresholds },
    };
    add_columns(&mut model);
    Ok(Model::from_json(&serde_json::to_string(&model)?)?)
}

/// Adds compared columns that the model lacks.
fn add_columns(model: &mut Model) {
    let parts: Vec<String> = model.comparisons.iter().flat_map(|comparison| &comparison.shows).cloned().collect();
    for name in parts {
        if !model.columns.iter().any(|column| column.name == name) {
            model.columns.push(Column { name, kind: Kind::Text });
        }
    }
}

struct Import<'a> {
    names: &'a BTreeMap<String, String>,
    frequencies: Vec<Frequency>,
}

impl Import<'_> {
    fn comparison(&mut self, comparison: &SplinkComparison) -> Result<Comparison, SplinkError> {
        let (mut needs, mut levels) = (Vec::new(), Vec::new());
        for level in &comparison.comparison_levels {
            let unknown = || SplinkError::Condition {
                comparison: comparison.output_column_name.clone(),
                sql: level.sql_condition.clone(),
            };
            let parsed = sql::parse(&level.sql_condition).ok_or_else(unknown)?;
            if level.is_null_level {
                needs = self.missing(&parsed).ok_or_else(unknown)?;
            } else {
                let when = self.condition(&parsed).ok_or_else(unknown)?;
                levels.push(self.level(level, when));
            }
        }
        if needs.is_empty() {
            needs = levels.iter().flat_map(|level: &Level| level.when.parts()).map(str::to_owned).collect();
        }
        let mut shows: Vec<String> =
            needs.iter().map(|part| part.split('.').next().unwrap_or(part).to_owned()).collect();
        shows.dedup();
        let field = shows.first().cloned().unwrap_or_else(|| comparison.output_column_name.clone());
        Ok(Comparison { field, needs, shows, levels })
    }

    fn level(&mut self, level: &SplinkLevel, when: Condition) -> Level {
        // Training never met this level, so it has no weight.
        let (m, u) = match (level.m_probability, level.u_probability) {
            (Some(m), Some(u)) if m > 0.0 && u > 0.0 => (m, u),
            _ => (1.0, 1.0),
        };
        let frequency: Vec<String> = level.tf_adjustment_column.iter().map(|column| self.part(column)).collect();
        for part in &frequency {
            let weight = level.tf_adjustment_weight.unwrap_or(1.0);
            self.frequencies.push(Frequency { part: part.clone(), agreement: u, counted: Counted::Terms, weight });
        }
        let says = if level.label_for_charts.is_empty() { &level.sql_condition } else { &level.label_for_charts };
        Level { says: says.clone(), contradicts: false, when, m, u: vec![u], frequency, by_hand: false }
    }

    fn part(&self, column: &str) -> String {
        self.names.get(column).cloned().unwrap_or_else(|| column.to_owned())
    }

    /// The parts that a null level tests.
    fn missing(&self, expression: &Expression) -> Option<Vec<String>> {
        let mut parts: Vec<String> = match expression {
            Expression::IsNull(term) => vec![self.value(term)?],
            Expression::Or(all) | Expression::And(all) => {
                all.iter().map(|one| self.missing(one)).collect::<Option<Vec<_>>>()?.concat()
            }
            _ => return None,
        };
        parts.sort();
        parts.dedup();
        Some(parts)
    }

    fn condition(&self, expression: &Expression) -> Option<Condition> {
        match expression {
            Expression::Else => Some(Condition::Else),
            Expression::And(all) => self.swapped(all).or_else(|| Some(Condition::All(self.conditions(all)?))),
            Expression::Or(all) => Some(Condition::Any(self.conditions(all)?)),
            Expression::Compare(left, operator, right) => self.compare(left, operator, right),
            Expression::IsNull(_) => None,
        }
    }

    fn conditions(&self, all: &[Expression]) -> Option<Vec<Condition>> {
        all.iter().map(|one| self.condition(one)).collect()
    }

    /// `a_l = b_r AND b_l = a_r`
    fn swapped(&self, all: &[Expression]) -> Option<Condition> {
        let crosswise = |one: &Expression| match one {
            Expression::Compare(Term::Left(a), operator, Term::Right(b)) if operator == "=" && a != b => {
                Some((a.clone(), b.clone()))
            }
            _ => None,
        };
        let [one, other] = all else { return None };
        let ((a, b), (c, d)) = (crosswise(one)?, crosswise(other)?);
        (a == d && b == c).then(|| Condition::Swapped(self.part(&a), self.part(&b)))
    }

    fn compare(&self, left: &Term, operator: &str, right: &Term) -> Option<Condition> {
        match (left, operator, right) {
            (Term::Call(name, arguments), ">=", Term::Number(least)) => {
                let part = || self.both(arguments);
                match name.as_str() {
                    "jaro_winkler_similarity" | "jaro_winkler" => Some(Condition::JaroWinkler(part()?, *least)),
                    "jaro_similarity" | "jaro_sim" => Some(Condition::Jaro(part()?, *least)),
                    "array_length" | "list_length" | "len" if (*least - 1.0).abs() < f64::EPSILON => {
                        self.in_common(arguments)
                    }
                    _ => None,
                }
            }
            (Term::Call(name, arguments), "<=", Term::Number(most)) => match name.as_str() {
                "levenshtein" => Some(Condition::Levenshtein(self.both(arguments)?, whole(*most)?)),
                "damerau_levenshtein" => Some(Condition::DamerauLevenshtein(self.both(arguments)?, whole(*most)?)),
                "abs" => self.days(arguments, *most),
                _ => None,
            },
            (_, "=", _) => self.equal(left, right),
            _ => None,
        }
    }

    fn equal(&self, left: &Term, right: &Term) -> Option<Condition> {
        let cut = |term: &Term| match term {
            Term::Call(name, arguments) if name == "substring" || name == "substr" => match arguments.as_slice() {
                [column, Term::Number(from), Term::Number(chars)] if (*from - 1.0).abs() < f64::EPSILON => {
                    Some((self.value(column)?, whole(*chars)?))
                }
                _ => None,
            },
            _ => None,
        };
        if let (Some(left), Some(right)) = (cut(left), cut(right)) {
            return (left == right).then_some(Condition::SameStart(left.0, left.1));
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        (left == right).then_some(Condition::Same(left))
    }

    /// `array_length(list_intersect(x_l, x_r))`
    fn in_common(&self, arguments: &[Term]) -> Option<Condition> {
        match arguments {
            [Term::Call(name, both)] if matches!(name.as_str(), "list_intersect" | "array_intersect") => {
                Some(Condition::Same(self.both(both)?))
            }
            _ => None,
        }
    }

    /// `abs(epoch(x_l) - epoch(x_r))`, in seconds.
    fn days(&self, arguments: &[Term], seconds: f64) -> Option<Condition> {
        let [Term::Difference(left, right)] = arguments else { return None };
        let (left, right) = (self.date(left)?, self.date(right)?);
        #[expect(clippy::cast_possible_truncation, reason = "a saturating number of days")]
        let days = (seconds / 86_400.0).floor() as i64;
        (left == right).then_some(Condition::DaysApart(left, days))
    }

    /// The date in `epoch(try_strptime(x_l, '%Y-%m-%d'))` and similar terms.
    fn date(&self, term: &Term) -> Option<String> {
        match term {
            Term::Call(name, arguments) if matches!(name.as_str(), "epoch" | "try_strptime" | "strptime") => {
                self.date(arguments.first()?)
            }
            other => self.value(other),
        }
    }

    /// The compared part, if both arguments name the same.
    fn both(&self, arguments: &[Term]) -> Option<String> {
        let [left, right] = arguments else { return None };
        let (left, right) = (self.value(left)?, self.value(right)?);
        (left == right).then_some(left)
    }

    fn value(&self, term: &Term) -> Option<String> {
        match term {
            Term::Left(column) | Term::Right(column) => Some(self.part(column)),
            Term::Call(name, arguments) => match (name.as_str(), arguments.as_slice()) {
                ("nullif" | "lower", [value, ..]) => self.value(value),
                ("regexp_extract", [value, Term::Text(pattern), ..]) if pattern == "^[^@]+" => {
                    Some(format!("{}.local", self.value(value)?))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn whole(number: f64) -> Option<usize> {
    u8::try_from(number.round() as i64).ok().map(usize::from)
}
