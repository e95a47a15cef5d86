use serde::{Deserialize, Serialize};

/// A map from the model's log-odds to the observed ones: knots of a line that never falls, both in bits. It is straight
/// between knots and continues beyond them as at the end. Without knots it changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    /// Given and observed log-odds, ascending in both.
    pub knots: Vec<(f64, f64)>,
}

impl Calibration {
    /// The observed log-odds that correspond to the model's.
    pub fn apply(&self, bits: f64) -> f64 {
        let after = self.knots.partition_point(|(given, _)| *given <= bits);
        let from = after.saturating_sub(1).min(self.knots.len().saturating_sub(2));
        match (self.knots.get(from), self.knots.get(from + 1)) {
            (Some(a), Some(b)) => a.1 + (bits - a.0) * slope(*a, *b),
            (Some(only), None) => bits + only.1 - only.0,
            _ => bits,
        }
    }

    /// Fits the line to observations: groups of equal size, merged until each is right at least as often as the one
    /// before (isotonic regression by pooling adjacent violators).
    pub(crate) fn fit(mut observed: Vec<(f64, bool)>) -> Self {
        observed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut groups: Vec<Group> = Vec::new();
        for chunk in observed.chunks(observed.len().div_ceil(GROUPS).max(1)) {
            let mut group = Group::of(chunk);
            while let Some(before) = groups.pop_if(|before| before.rate() >= group.rate()) {
                group = group.with(&before);
            }
            groups.push(group);
        }
        let mut knots: Vec<(f64, f64)> = groups.iter().map(|group| (group.given(), group.observed())).collect();
        knots.dedup_by(|after, before| after.0 - before.0 < 1e-6);
        Self { knots }
    }

    /// True if the line never falls.
    pub fn is_monotone(&self) -> bool {
        self.knots.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0 && a.1 <= b.1))
    }
}

/// The number of groups that a line is fitted to, before some are merged.
const GROUPS: usize = 40;

/// Observations next to one another.
struct Group {
    sum: f64,
    size: f64,
    right: f64,
}

impl Group {
    fn of(observed: &[(f64, bool)]) -> Self {
        let right = observed.iter().map(|(_, right)| f64::from(u8::from(*right))).sum();
        let sum = observed.iter().map(|(given, _)| given).sum();
        Self { sum, size: observed.iter().map(|_| 1.0).sum(), right }
    }

    fn with(&self, other: &Self) -> Self {
        Self { sum: self.sum + other.sum, size: self.size + other.size, right: self.right + other.right }
    }

    /// The share of right answers. Half an observation of each outcome avoids certainty.
    fn rate(&self) -> f64 {
        (self.right + 0.5) / (self.size + 1.0)
    }

    fn given(&self) -> f64 {
        self.sum / self.size
    }

    fn observed(&self) -> f64 {
        (self.rate() / (1.0 - self.rate())).log2()
    }
}

fn slope(a: (f64, f64), b: (f64, f64)) -> f64 {
    (b.1 - a.1) / (b.0 - a.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_knots() {
        let calibration = Calibration { knots: vec![(-10.0, -5.0), (0.0, 0.0), (10.0, 20.0)] };
        for (given, expected) in [(-20.0, -10.0), (-10.0, -5.0), (-5.0, -2.5), (0.0, 0.0), (5.0, 10.0), (20.0, 40.0)] {
            assert!((calibration.apply(given) - expected).abs() < 1e-9, "{given}");
        }
        assert!((Calibration::default().apply(3.0) - 3.0).abs() < 1e-9);
        assert!((Calibration { knots: vec![(1.0, 0.0)] }.apply(3.0) - 2.0).abs() < 1e-9);
    }
}
