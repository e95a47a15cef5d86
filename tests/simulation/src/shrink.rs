use crate::{
    promise::Promise,
    run::{Scenario, run},
};

/// A shorter scenario that breaks the same promise: removes pieces, large ones first, as long as it still breaks.
pub fn shrink(scenario: &Scenario, promise: Promise) -> Scenario {
    let breaks = |scenario: &Scenario| run(scenario).is_err_and(|(broken, _)| broken.promise == promise);
    let mut shortest = scenario.clone();
    let mut piece = shortest.operations.len().div_ceil(2);
    while piece > 0 {
        let mut start = 0;
        while start < shortest.operations.len() {
            let mut shorter = shortest.clone();
            shorter.operations.drain(start..(start + piece).min(shortest.operations.len()));
            if breaks(&shorter) {
                shortest = shorter;
            } else {
                start += piece;
            }
        }
        piece /= 2;
    }
    shortest
}
