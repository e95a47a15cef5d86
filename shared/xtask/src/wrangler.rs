//! What the wrangler files of the workers must say alike: each is read by itself, and nothing else compares them.

use std::collections::BTreeMap;

/// A wrangler file: its path, and what it says.
pub(crate) type File<'a> = (String, &'a toml::Table);

/// The date of compatibility, which every file has.
const DATE: &str = "compatibility_date";

/// The variables that are one setting of the whole. Others of the same name are each worker's own.
const SHARED: [&str; 2] = ["PUBLIC_URL", "SITUATION_BYTES"];

/// One line for each setting that differs: the date of compatibility, the name and id of a database, a shared variable.
pub(crate) fn disagreements(files: &[File<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut said: BTreeMap<String, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for (path, config) in files {
        let settings = settings(config);
        if !settings.iter().any(|(name, _)| name == DATE) {
            found.push(format!("{path} has no {DATE}"));
        }
        for (name, value) in settings {
            said.entry(name).or_default().entry(value).or_default().push(path);
        }
    }
    for (name, values) in said.iter().filter(|(_, values)| values.len() > 1) {
        let values = values.iter().map(|(value, paths)| format!("{value} in {}", listed(paths)));
        found.push(format!("{name} is {}", values.collect::<Vec<_>>().join("; ")));
    }
    found
}

/// The settings of a file that others may have as well, each with its value.
fn settings(config: &toml::Table) -> Vec<(String, String)> {
    let date = config.get(DATE).map(|date| (DATE.to_owned(), text(date)));
    let databases = config.get("d1_databases").and_then(toml::Value::as_array).into_iter().flatten();
    let databases = databases.filter_map(toml::Value::as_table).flat_map(|database| {
        let binding = database.get("binding").map(text).unwrap_or_default();
        let ids = ["database_name", "database_id"].into_iter();
        ids.filter_map(move |id| Some((format!("{id} of {binding}"), text(database.get(id)?))))
    });
    let vars = config.get("vars").and_then(toml::Value::as_table).into_iter().flatten();
    let vars = vars.filter(|(name, _)| SHARED.contains(&name.as_str()));
    let vars = vars.map(|(name, value)| (name.clone(), text(value)));
    date.into_iter().chain(databases).chain(vars).collect()
}

/// The first of many are enough to find them.
fn listed(paths: &[&str]) -> String {
    match paths {
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and {} more", paths.len() - 3),
        few => few.join(", "),
    }
}

fn text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| format!("{value:?}"), |text| format!("{text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<(String, toml::Table)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.parse().unwrap())).collect();
        let files: Vec<File<'_>> = files.iter().map(|(path, config)| (path.clone(), config)).collect();
        assert_eq!(disagreements(&files), expected);
    }

    const AGENT: &str = "compatibility_date = \"2026-11-17\"\n[vars]\nSITUATION_BYTES = \"16384\"\n\
        [[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"nerve\"\ndatabase_id = \"0\"\n";

    #[test]
    fn what_is_alike_or_a_workers_own_is_fine() {
        let own = |value| format!("compatibility_date = \"2026-11-17\"\nvars.OWN = \"{value}\"");
        check(&[("agent", AGENT), ("console", AGENT), ("box", &own("1")), ("zoom", &own("2"))], &[]);
    }

    #[test]
    fn what_differs_is_told_with_the_files_it_stands_in() {
        for (from, to, expected) in [
            (
                "2026-11-17",
                "2026-11-18",
                r#"compatibility_date is "2026-11-17" in agent, executor; "2026-11-18" in console"#,
            ),
            ("16384", "8192", r#"SITUATION_BYTES is "16384" in agent, executor; "8192" in console"#),
            ("\"nerve\"", "\"other\"", r#"database_name of "DB" is "nerve" in agent, executor; "other" in console"#),
            ("\"0\"", "\"1\"", r#"database_id of "DB" is "0" in agent, executor; "1" in console"#),
        ] {
            let console = AGENT.replace(from, to);
            check(&[("agent", AGENT), ("console", &console), ("executor", AGENT)], &[expected]);
        }
        let many = ["a", "b", "c", "d", "e"].map(|path| (path, AGENT));
        let other = AGENT.replace("16384", "1");
        check(
            &[&many[..], &[("f", &other)]].concat(),
            &[r#"SITUATION_BYTES is "1" in f; "16384" in a, b, c and 2 more"#],
        );
        check(&[("box", "name = \"nerve-box\"")], &["box has no compatibility_date"]);
    }
}
