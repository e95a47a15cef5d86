//! The eight gate verdicts.

use super::labels;
use maud::{Markup, html};
use nerve_model::GateResult;

/// A line for each gate: its verdict and the reason.
pub(crate) fn show(gates: &[GateResult]) -> Markup {
    html! {
        ol.checks {
            @for result in gates {
                li class=(labels::verdict_tone(result.verdict)) {
                    (labels::verdict(result.verdict))
                    span.name { (labels::gate(result.gate)) }
                    span.reason { bdi { (result.reason) } }
                }
            }
        }
    }
}
