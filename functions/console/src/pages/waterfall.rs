//! Why a record is the one that is meant, as a waterfall: from what was likely before, by each thing that was compared, to
//! how sure that makes us.

use super::words;
use maud::{Markup, html};
use nerve_model::Evidence;

/// A bar is full at so many bits: a million to one.
const FULL_BITS: f64 = 20.0;

/// Weights in bits, each in words and as a bar; a person need not know what a bit is. What somebody of the same household
/// would say as well speaks for nobody: so it is said who else it is told from.
pub(crate) fn show(prior: f64, against: Option<&str>, evidence: &[Evidence], confidence: f64) -> Markup {
    html! {
        table.waterfall {
            thead { tr { th scope="col" { "Compared" } th scope="col" { "Found" } th scope="col" { "Speaks" } } }
            tbody {
                tr { td { "To begin with" } td.muted {
                    @match against { Some(other) => { "rather than " (other) }, None => "nothing is compared yet" }
                } (weight(prior)) }
                @for evidence in evidence {
                    tr {
                        td { (words::claim(evidence.field)) }
                        td { bdi { (evidence.finding) } @if !evidence.value.is_empty() { " " span.muted { bdi { (evidence.value) } } } }
                        (weight(evidence.weight))
                    }
                }
            }
            tfoot { tr { th scope="row" { "Together" } td colspan="2" { strong { (sure(confidence)) } } } }
        }
    }
}

/// How sure that is.
pub(crate) fn sure(confidence: f64) -> String {
    let percent = confidence.clamp(0.0, 1.0) * 100.0;
    // Nobody is sure beyond doubt.
    if percent > 99.0 { format!("{:.2} % sure", percent.min(99.99)) } else { format!("{percent:.0} % sure") }
}

fn weight(bits: f64) -> Markup {
    let (tone, words) = in_words(bits);
    let width = (bits.abs() / FULL_BITS).min(1.0) * 50.0;
    let x = if bits < 0.0 { 50.0 - width } else { 50.0 };
    html! {
        td class=(tone) title=(format!("{bits:+.1} bits")) {
            svg.weight viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                rect.axis x="49.5" y="0" width="1" height="8" {}
                rect x=(format!("{x:.1}")) y="1" width=(format!("{width:.1}")) height="6" {}
            }
            span.small { (words) }
        }
    }
}

fn in_words(bits: f64) -> (&'static str, &'static str) {
    match bits {
        _ if bits >= 10.0 => ("good", "very strongly for it"),
        _ if bits >= 5.0 => ("good", "strongly for it"),
        _ if bits >= 1.0 => ("good", "for it"),
        _ if bits > -1.0 => ("", "hardly either way"),
        _ if bits > -5.0 => ("bad", "against it"),
        _ if bits > -10.0 => ("bad", "strongly against it"),
        _ => ("bad", "very strongly against it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_said_in_words_and_certainty_is_never_claimed() {
        let said = |bits| in_words(bits).1;
        assert_eq!(
            [said(12.0), said(5.0), said(0.3)],
            ["very strongly for it", "strongly for it", "hardly either way"]
        );
        assert_eq!(
            [said(-1.0), said(-6.0), said(-40.0)],
            ["against it", "strongly against it", "very strongly against it"]
        );
        assert_eq!([sure(0.5), sure(0.999), sure(1.0)], ["50 % sure", "99.90 % sure", "99.99 % sure"]);
    }
}
