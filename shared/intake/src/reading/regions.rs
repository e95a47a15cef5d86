/// The numbering rules of one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// ISO 3166, for example `DE`.
    name: &'static str,
    /// The country calling code, for example `49`.
    pub(super) calling_code: &'static str,
    /// The prefix of a national number at home, for example `0`.
    pub(super) national_prefix: Option<&'static str>,
    /// The prefix of another country's calling code, for example `00`.
    pub(super) international_prefix: Option<&'static str>,
    lengths: &'static str,
}

impl Region {
    /// The region of an ISO 3166 code, in either case.
    pub fn named(code: &str) -> Option<Self> {
        all().find(|region| region.name.eq_ignore_ascii_case(code) && region.international_prefix.is_some())
    }

    /// The main region of the calling code that the digits begin with. No code is a prefix of another.
    pub(super) fn called(digits: &str) -> Option<Self> {
        all().find(|region| digits.starts_with(region.calling_code))
    }

    /// True if a national number of this region can have this many digits.
    pub(super) fn has_length(&self, digits: usize) -> bool {
        self.lengths.split(',').any(|range| {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let within = |low: usize, high: usize| (low..=high).contains(&digits);
            low.parse().ok().zip(high.parse().ok()).is_some_and(|(low, high)| within(low, high))
        })
    }
}

/// Every region, from libphonenumber's metadata (Apache-2.0) as of libphonenumber-js 1.13.16.
///
/// A line of the file holds: region (ISO 3166, 001 for numbers of no country), country calling code, national prefix,
/// international prefix, possible lengths of a national number; `-` for none. The main region of a shared code comes
/// first. Text parsed on demand is smaller than a table of structures.
fn all() -> impl Iterator<Item = Region> {
    include_str!("regions.txt").lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let mut next = || fields.next();
        let (name, calling_code, national, international, lengths) = (next()?, next()?, next()?, next()?, next()?);
        let some = |prefix| Some(prefix).filter(|prefix| *prefix != "-");
        Some(Region {
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
    fn every_line_is_a_region() {
        assert_eq!(all().count(), include_str!("regions.txt").lines().count());
        for region in all() {
            assert!((1..=17).any(|digits| region.has_length(digits)), "{region:?}");
            assert!(region.calling_code.bytes().all(|b| b.is_ascii_digit()), "{region:?}");
            let clash = all().find(|other| {
                other.calling_code != region.calling_code && other.calling_code.starts_with(region.calling_code)
            });
            assert_eq!(clash, None, "{region:?}");
        }
        assert_eq!(Region::named("de").map(|region| region.calling_code), Some("49"));
        assert_eq!((Region::named("001"), Region::named("XX")), (None, None));
    }
}
