use nerve_matching::{Condition, Model, Prior, SplinkError, import_splink};
use std::collections::BTreeMap;

fn settings(levels: &str) -> String {
    format!(
        r#"{{"link_type": "link_only", "sql_dialect": "duckdb", "probability_two_random_records_match": 4e-5,
            "comparisons": [{{"output_column_name": "it", "comparison_levels": [{levels}]}}]}}"#
    )
}

fn import(levels: &str) -> Result<Model, SplinkError> {
    let names =
        BTreeMap::from([("first_name", "name.given"), ("surname", "name.surname")].map(|(a, b)| (a.into(), b.into())));
    import_splink(&settings(levels), Model::shipped(), &names)
}

fn level(sql: &str) -> String {
    serde_json::json!({"sql_condition": sql, "m_probability": 0.5, "u_probability": 0.01}).to_string()
}

#[test]
fn weights_and_term_frequencies_are_taken_over() {
    let model = import(
        r#"{"sql_condition": "\"surname_l\" IS NULL OR \"surname_r\" IS NULL", "is_null_level": true},
           {"sql_condition": "\"surname_l\" = \"surname_r\"", "label_for_charts": "Exact match on surname",
            "m_probability": 0.91, "u_probability": 0.0023, "tf_adjustment_column": "surname", "tf_adjustment_weight": 0.8},
           {"sql_condition": "jaro_winkler_similarity(\"surname_l\", \"surname_r\") >= 0.92", "u_probability": 0.0004},
           {"sql_condition": "ELSE", "m_probability": 0.09, "u_probability": 0.9977}"#,
    )
    .unwrap();
    assert_eq!(model.prior, Prior::Pair(4e-5));
    assert_eq!(model.keys, Model::shipped().keys);
    let comparison = &model.comparisons[0];
    assert_eq!((comparison.field.as_str(), &comparison.needs), ("name", &vec!["name.surname".to_owned()]));
    let levels: Vec<_> = comparison.levels.iter().map(|level| (level.says.as_str(), level.m, level.u[0])).collect();
    let untrained = "jaro_winkler_similarity(\"surname_l\", \"surname_r\") >= 0.92";
    assert_eq!(levels, [("Exact match on surname", 0.91, 0.0023), (untrained, 1.0, 1.0), ("ELSE", 0.09, 0.9977)]);
    assert_eq!(comparison.levels[0].frequency, ["name.surname"]);
    let frequency = &model.frequencies[0];
    assert_eq!((frequency.part.as_str(), frequency.agreement, frequency.weight), ("name.surname", 0.0023, 0.8));
}

#[test]
fn conditions_are_recognised() {
    let same = |part: &str| Condition::Same(part.to_owned());
    for (sql, expected) in [
        ("\"email_l\" = \"email_r\"", same("email")),
        ("email_l = email_r", same("email")),
        ("jaro_similarity(\"city_l\", \"city_r\") >= 0.8", Condition::Jaro("city".into(), 0.8)),
        ("levenshtein(\"postcode_l\", \"postcode_r\") <= 1", Condition::Levenshtein("postcode".into(), 1)),
        ("damerau_levenshtein(\"phone_l\", \"phone_r\") <= 2", Condition::DamerauLevenshtein("phone".into(), 2)),
        ("array_length(list_intersect(\"phone_l\", \"phone_r\")) >= 1", same("phone")),
        ("SUBSTRING(first_name_l, 1, 3) = SUBSTRING(first_name_r, 1, 3)", Condition::SameStart("name.given".into(), 3)),
        (
            "NULLIF(regexp_extract(\"email_l\", '^[^@]+', 0), '') = NULLIF(regexp_extract(\"email_r\", '^[^@]+', 0), '')",
            same("email.local"),
        ),
        (
            "\"first_name_l\" = \"surname_r\" AND \"surname_l\" = \"first_name_r\"",
            Condition::Swapped("name.given".into(), "name.surname".into()),
        ),
        (
            "ABS(EPOCH(try_strptime(\"dob_l\", '%Y-%m-%d')) - EPOCH(try_strptime(\"dob_r\", '%Y-%m-%d'))) <= 2629800.0",
            Condition::DaysApart("dob".into(), 30),
        ),
        (
            "(levenshtein(\"city_l\", \"city_r\") <= 1) AND ((\"street_l\" = \"street_r\") OR (\"postcode_l\" = \"postcode_r\"))",
            Condition::All(vec![
                Condition::Levenshtein("city".into(), 1),
                Condition::Any(vec![same("street"), same("postcode")]),
            ]),
        ),
    ] {
        let model = import(&format!("{}, {}", level(sql), level("ELSE"))).unwrap();
        assert_eq!(model.comparisons[0].levels[0].when, expected, "{sql}");
    }
}

#[test]
fn a_condition_that_is_not_understood_is_named() {
    for sql in [
        "cosine_similarity(\"a_l\", \"a_r\") >= 0.9",
        "\"a_l\" = \"b_r\"",
        "\"a_l\" <> \"a_r\"",
        "\"a_l\" = \"a_r\" garbage",
        "(\"a_l\" = \"a_r\"",
        "\"a_l",
        "",
        &"(".repeat(10_000),
    ] {
        let error = import(&format!("{}, {}", level(sql), level("ELSE"))).unwrap_err();
        assert!(
            matches!(&error, SplinkError::Condition { comparison, sql: said } if comparison == "it" && said == sql),
            "{error}"
        );
    }
    assert!(matches!(import_splink("{}", Model::shipped(), &BTreeMap::new()), Err(SplinkError::Json(_))));
}
