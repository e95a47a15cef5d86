//! Settings that must agree in the workers' wrangler files; each file is read separately.

use std::collections::BTreeMap;

/// A wrangler file: its path and its content.
pub(crate) type File<'a> = (String, &'a toml::Table);

/// The compatibility date, which all files have.
const DATE: &str = "compatibility_date";

/// The variables with one value for all workers. Others of the same name belong to each worker.
const SHARED: [&str; 4] = [OWN_DOMAINS, "PUBLIC_URL", "SITUATION_BYTES", "TIME_ZONE"];

/// The variable that every source and the console have; where it is missing it is empty.
const OWN_DOMAINS: &str = "OWN_DOMAINS";

/// A line for each setting that differs: compatibility date, name and id of a database, shared variable.
pub(crate) fn disagreements(files: &[File<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut said: BTreeMap<String, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for (path, config) in files {
        let mut settings = settings(config);
        if path.contains("/sources/") && !settings.iter().any(|(name, _)| name == OWN_DOMAINS) {
            settings.push((OWN_DOMAINS.to_owned(), "\"\"".to_owned()));
        }
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

/// The settings of a file that must agree, with their values.
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

/// The first few paths, which are enough to find the rest.
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
        TIME_ZONE = \"UTC\"\n\
        [[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"nerve\"\ndatabase_id = \"0\"\n";

    #[test]
    fn equal_settings_and_a_workers_own_are_accepted() {
        let own = |value| format!("compatibility_date = \"2026-11-17\"\nvars.OWN = \"{value}\"");
        check(&[("agent", AGENT), ("console", AGENT), ("box", &own("1")), ("zoom", &own("2"))], &[]);
    }

    #[test]
    fn a_differing_setting_is_reported_with_its_files() {
        for (from, to, expected) in [
            (
                "2026-11-17",
                "2026-11-18",
                r#"compatibility_date is "2026-11-17" in agent, executor; "2026-11-18" in console"#,
            ),
            ("16384", "8192", r#"SITUATION_BYTES is "16384" in agent, executor; "8192" in console"#),
            ("UTC", "Europe/Berlin", r#"TIME_ZONE is "Europe/Berlin" in console; "UTC" in agent, executor"#),
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
        let ours = |value: &str| format!("compatibility_date = \"2026-11-17\"\nvars.OWN_DOMAINS = \"{value}\"");
        let (none, set) = ("compatibility_date = \"2026-11-17\"", ours("ours.example"));
        let (box_, zoom) = ("functions/sources/box", "functions/sources/zoom");
        let differs =
            r#"OWN_DOMAINS is "" in functions/sources/zoom; "ours.example" in console, functions/sources/box"#;
        check(&[("console", &set), (box_, &set), (zoom, none), ("agent", none)], &[differs]);
        check(&[("console", &set), (box_, &set), (zoom, &set), ("agent", none)], &[]);
        check(&[("console", &ours("")), (box_, none), (zoom, &ours(""))], &[]);
        check(&[("box", "name = \"nerve-box\"")], &["box has no compatibility_date"]);
    }
}
