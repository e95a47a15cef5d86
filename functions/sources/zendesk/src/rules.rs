//! The rules for an escalation.

use nerve_intake::{Deployment, Misconfigured};

const SETTING: &str = "ESCALATES";

/// The rules if none are set.
const DEFAULT: &str = "priority=high,urgent; tag=escalated";

/// Zendesk's priorities, least urgent first.
const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// The setting `ESCALATES`: `priority=high,urgent; group=360001; tag=escalated,vip`, in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    priorities: Vec<String>,
    groups: Vec<String>,
    tags: Vec<String>,
}

impl Rules {
    /// Reads the rules of a deployment.
    ///
    /// # Errors
    ///
    /// The setting cannot be read.
    pub(crate) fn of(deployment: &Deployment<'_>) -> Result<Self, Misconfigured> {
        let text = deployment.settings.get(SETTING).unwrap_or_else(|| DEFAULT.to_owned());
        Self::parse(&text).map_err(|reason| Misconfigured { name: SETTING, reason })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for rule in text.to_lowercase().split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
            let (what, values) = rule.split_once('=').ok_or_else(|| format!("{rule:?} is not what=value,value"))?;
            let mut values: Vec<String> = values.split(',').map(|value| value.trim().to_owned()).collect();
            match what.trim() {
                "priority" => {
                    let wrong = values.iter().find(|value| rank(value).is_none());
                    if let Some(wrong) = wrong {
                        return Err(format!("{wrong:?} is not one of {}", PRIORITIES.join(", ")));
                    }
                    rules.priorities.append(&mut values);
                }
                "group" => rules.groups.append(&mut values),
                "tag" => rules.tags.append(&mut values),
                other => return Err(format!("{other:?} is not priority, group or tag")),
            }
        }
        Ok(rules)
    }

    /// True if a priority rose to one that escalates.
    pub(crate) fn risen(&self, from: Option<&str>, to: &str) -> bool {
        let to = to.to_lowercase();
        let before = from.and_then(|from| rank(&from.to_lowercase()));
        self.priorities.contains(&to) && before < rank(&to)
    }

    /// True if tickets of this group escalate.
    pub(crate) fn is_group(&self, id: &str) -> bool {
        self.groups.iter().any(|group| *group == id.to_lowercase())
    }

    /// The first of these tags that escalates.
    pub(crate) fn tag<'a>(&self, mut tags: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        tags.find(|tag| self.tags.contains(&tag.to_lowercase()))
    }
}

fn rank(priority: &str) -> Option<usize> {
    PRIORITIES.iter().position(|known| *known == priority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_read_or_says_what_is_wrong() {
        let rules = Rules::parse(" Priority = urgent ; group=360001, Second;tag=VIP;").unwrap();
        assert!(rules.risen(Some("HIGH"), "URGENT") && rules.risen(None, "urgent"));
        assert!(!rules.risen(Some("URGENT"), "URGENT") && !rules.risen(Some("LOW"), "HIGH"));
        assert!(rules.is_group("360001") && rules.is_group("SECOND") && !rules.is_group("36"));
        assert_eq!((rules.tag(["a", "vip"].into_iter()), rules.tag(["vi"].into_iter())), (Some("vip"), None));
        for (text, reason) in [
            ("priority", "\"priority\" is not what=value,value"),
            ("priority=asap", "\"asap\" is not one of low, normal, high, urgent"),
            ("team=x", "\"team\" is not priority, group or tag"),
        ] {
            assert_eq!(Rules::parse(text), Err(reason.to_owned()));
        }
    }
}
