/// The numbering rules of one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// ISO 3166, for example `DE`.
    name: &'static str,
    /// The country calling code, for example `49`.
    pub(crate) calling_code: &'static str,
    /// The prefix of a national number at home, for example `0`.
    pub(crate) national_prefix: Option<&'static str>,
    /// The prefix of another country's calling code, for example `00`.
    pub(crate) international_prefix: Option<&'static str>,
    lengths: &'static str,
}

impl Plan {
    /// The plan of an ISO 3166 code, in either case.
    pub(crate) fn of(region: nerve_model::Region) -> Option<Self> {
        all().find(|plan| plan.name == region.as_str() && plan.international_prefix.is_some())
    }

    /// The main plan of the calling code that the digits begin with. No code is a prefix of another.
    pub(crate) fn called(digits: &str) -> Option<Self> {
        all().find(|plan| digits.starts_with(plan.calling_code))
    }

    /// True if a national number of this plan can have this many digits.
    pub(crate) fn has_length(&self, digits: usize) -> bool {
        self.lengths.split(',').any(|range| {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let within = |low: usize, high: usize| (low..=high).contains(&digits);
            low.parse().ok().zip(high.parse().ok()).is_some_and(|(low, high)| within(low, high))
        })
    }
}

/// Every plan, from libphonenumber's metadata (Apache-2.0) as of libphonenumber-js 1.13.16.
///
/// A line of the file holds: plan (ISO 3166, 001 for numbers of no country), country calling code, national prefix,
/// international prefix, possible lengths of a national number; `-` for none. The main plan of a shared code comes
/// first. Text parsed on demand is smaller than a table of structures.
fn all() -> impl Iterator<Item = Plan> {
    include_str!("plans.txt").lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let mut next = || fields.next();
        let (name, calling_code, national, international, lengths) = (next()?, next()?, next()?, next()?, next()?);
        let some = |prefix| Some(prefix).filter(|prefix| *prefix != "-");
        Some(Plan {
            name,
            calling_code,
            national_prefix: some(national),
            international_prefix: some(international),
            lengths,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_plan() {
        assert_eq!(all().count(), include_str!("plans.txt").lines().count());
        for plan in all() {
            assert!((1..=17).any(|digits| plan.has_length(digits)), "{plan:?}");
            assert!(plan.calling_code.bytes().all(|b| b.is_ascii_digit()), "{plan:?}");
            let clash = all().find(|other| {
                other.calling_code != plan.calling_code && other.calling_code.starts_with(plan.calling_code)
            });
            assert_eq!(clash, None, "{plan:?}");
        }
    }
}
