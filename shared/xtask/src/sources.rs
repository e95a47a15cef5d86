//! The mentions of sources outside their folders: the gateway's bindings and the table of deliveries.

use std::collections::BTreeSet;

/// A line for each source that is named but has no folder, or has a folder but is not named. `bindings` is the
/// gateway's wrangler file, `table` is `docs/SOURCES.md`.
pub(crate) fn strays(folders: &BTreeSet<String>, bindings: &toml::Table, table: &str) -> Vec<String> {
    let services = bindings.get("services").and_then(toml::Value::as_array).into_iter().flatten();
    let bound = services.filter_map(|service| {
        let name = service.get("binding")?.as_str()?.strip_prefix("SOURCE_")?.to_lowercase();
        (service.get("service")?.as_str()? == format!("nerve-{name}")).then_some(name)
    });
    let told = table.lines().filter_map(|line| {
        let (_, link) = line.strip_prefix("## [")?.split_once("](../functions/sources/")?;
        link.strip_suffix("/README.md)").map(str::to_owned)
    });
    [("wrangler.toml", bound.collect()), ("docs/SOURCES.md", told.collect::<BTreeSet<String>>())]
        .iter()
        .flat_map(|(file, named)| {
            let missing = folders.difference(named).map(move |name| format!("{file} lacks {name}"));
            missing
                .chain(named.difference(folders).map(move |name| format!("{file} names {name}, which has no folder")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_where_it_has_a_folder() {
        let bindings = "[[services]]\nbinding = \"SOURCE_BOX\"\nservice = \"nerve-box\"\n\
            [[services]]\nbinding = \"SOURCE_ZOOM\"\nservice = \"nerve-box\"\n\
            [[services]]\nbinding = \"CONSOLE\"\nservice = \"nerve-console\"\n";
        let table = "# Sources\n\n## [Box](../functions/sources/box/README.md)\n\n## [Old](../functions/sources/old/README.md)\n";
        let folders = ["box", "zoom"].map(str::to_owned).into();
        let expected = [
            "wrangler.toml lacks zoom",
            "docs/SOURCES.md lacks zoom",
            "docs/SOURCES.md names old, which has no folder",
        ];
        assert_eq!(strays(&folders, &bindings.parse().unwrap(), table), expected);
    }
}
