use crate::UnknownName;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// The regions with telephone numbers of their own, by the code of ISO 3166.
const CODES: &str = "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PY QA RE RO RS RU RW SA SC SD SE SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// A region of ISO 3166, for example `DE`: where numbers without a country code are at home.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region(&'static str);

impl Region {
    /// The code, in upper case.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Every region.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.split(' ').map(Self)
    }
}

impl FromStr for Region {
    type Err = UnknownName;

    /// Reads a code in either case.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName { what: "region of ISO 3166, such as DE", name: crate::clip(text, 64) };
        Self::all().find(|region| region.0.eq_ignore_ascii_case(text)).ok_or_else(unknown)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_code_in_either_case() {
        let code = |text: &str| text.parse().ok().map(Region::as_str);
        assert_eq!((code("DE"), code("de")), (Some("DE"), Some("DE")));
        for wrong in ["", "D", "DE FR", "XX", "001", "Germany"] {
            assert_eq!(code(wrong), None, "{wrong}");
        }
        assert!(Region::all().all(|region| region.as_str().len() == 2));
    }
}
