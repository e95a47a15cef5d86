use serde::{Deserialize, Serialize};

/// From the log-odds that the model gives to those that were observed: knots of a line that never falls, both in
/// bits. Between knots it is straight, beyond them it goes on as at the end. No knots change nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    /// Given and observed log-odds, ascending in both.
    pub knots: Vec<(f64, f64)>,
}

impl Calibration {
    /// The observed log-odds for given ones.
    pub fn apply(&self, bits: f64) -> f64 {
        let after = self.knots.partition_point(|(given, _)| *given <= bits);
        let from = after.saturating_sub(1).min(self.knots.len().saturating_sub(2));
        match (self.knots.get(from), self.knots.get(from + 1)) {
            (Some(a), Some(b)) => a.1 + (bits - a.0) * slope(*a, *b),
            (Some(only), None) => bits + only.1 - only.0,
            _ => bits,
        }
    }

    /// Whether it never falls.
    pub fn is_monotone(&self) -> bool {
        self.knots.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0 && a.1 <= b.1))
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
