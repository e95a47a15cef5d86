//! The evidence of a match as a waterfall: from the prior, by each compared field, to the confidence.

use super::labels;
use maud::{Markup, html};
use nerve_model::Evidence;

/// The weight of a full bar, in bits: odds of a million to one.
const FULL_BITS: f64 = 20.0;

/// Weights in bits, each with a label and as a bar. `against` names the alternative that the evidence rules out, such as a
/// person of the same household.
pub(crate) fn show(prior: f64, against: Option<&str>, evidence: &[Evidence], confidence: f64) -> Markup {
    html! {
        table.waterfall {
            thead { tr { th scope="col" { "Field" } th scope="col" { "Finding" } th scope="col" { "Weight" } } }
            tbody {
                tr { td { "Prior odds" } td.muted {
                    @match against { Some(other) => { "rather than " (other) }, None => "before any comparison" }
                } (weight(prior)) }
                @for evidence in evidence {
                    tr {
                        td { (labels::claim(evidence.field)) }
                        td { bdi { (evidence.finding) } @if !evidence.value.is_empty() { " " span.muted { bdi { (evidence.value) } } } }
                        (weight(evidence.weight))
                    }
                }
            }
            tfoot { tr { th scope="row" { "Confidence" } td colspan="2" { strong { (percent(confidence)) } } } }
        }
    }
}

/// A confidence as a percentage, never 100 %.
pub(crate) fn percent(confidence: f64) -> String {
    let share = confidence.clamp(0.0, 1.0) * 100.0;
    if share > 99.0 { format!("{:.2} %", share.min(99.99)) } else { format!("{share:.0} %") }
}

fn weight(bits: f64) -> Markup {
    let (tone, label) = strength(bits);
    let width = (bits.abs() / FULL_BITS).min(1.0) * 50.0;
    let x = if bits < 0.0 { 50.0 - width } else { 50.0 };
    html! {
        td class=(tone) title=(format!("{bits:+.1} bits")) {
            svg.weight viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                rect.axis x="49.5" y="0" width="1" height="8" {}
                rect x=(format!("{x:.1}")) y="1" width=(format!("{width:.1}")) height="6" {}
            }
            span.small { (label) }
        }
    }
}

fn strength(bits: f64) -> (&'static str, &'static str) {
    match bits {
        _ if bits >= 10.0 => ("good", "very strongly for"),
        _ if bits >= 5.0 => ("good", "strongly for"),
        _ if bits >= 1.0 => ("good", "for"),
        _ if bits > -1.0 => ("", "neutral"),
        _ if bits > -5.0 => ("bad", "against"),
        _ if bits > -10.0 => ("bad", "strongly against"),
        _ => ("bad", "very strongly against"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_has_a_label_and_certainty_is_never_claimed() {
        let label = |bits| strength(bits).1;
        assert_eq!([label(12.0), label(5.0), label(0.3)], ["very strongly for", "strongly for", "neutral"]);
        assert_eq!([label(-1.0), label(-6.0), label(-40.0)], ["against", "strongly against", "very strongly against"]);
        assert_eq!([percent(0.5), percent(0.999), percent(1.0)], ["50 %", "99.90 %", "99.99 %"]);
    }
}
