//! Which tables and columns there are once all migrations have been applied, and where each was declared.

use std::collections::BTreeMap;

/// Where something was declared: a file and a line.
pub(crate) type Place = (String, usize);

/// The tables and columns, by name; a column as `table.column`.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    declared: BTreeMap<String, Place>,
}

impl Schema {
    /// Applies a migration: what it creates, renames and drops.
    pub(crate) fn apply(&mut self, file: &str, text: &str) {
        let code: Vec<&str> = text.lines().map(without_comment).collect();
        let mut line = 1;
        for statement in code.join("\n").split_inclusive(';') {
            let blank = statement.lines().take_while(|line| line.trim().is_empty()).count();
            self.statement(statement, &(file.to_owned(), line + blank));
            line += statement.matches('\n').count();
        }
    }

    fn statement(&mut self, statement: &str, place: &Place) {
        let spaced = statement.replace('(', " ( ");
        let words: Vec<&str> = spaced.split_whitespace().map(|word| word.trim_end_matches([';', ','])).collect();
        match &words[..] {
            ["CREATE", "TABLE", table, "(", ..] | ["CREATE", "VIRTUAL", "TABLE", table, ..] => {
                self.declared.insert((*table).to_owned(), place.clone());
                for column in columns(statement) {
                    self.declared.insert(format!("{table}.{column}"), place.clone());
                }
            }
            ["DROP", "TABLE", table, ..] => self.declared.retain(|name, _| rest(name, table).is_none()),
            ["ALTER", "TABLE", table, "RENAME", "TO", name, ..] => self.rename(table, name, place),
            ["ALTER", "TABLE", table, "RENAME", "COLUMN", old, "TO", new, ..]
            | ["ALTER", "TABLE", table, "RENAME", old, "TO", new, ..] => {
                self.rename(&format!("{table}.{old}"), &format!("{table}.{new}"), place);
            }
            ["ALTER", "TABLE", table, "DROP", "COLUMN", column, ..] | ["ALTER", "TABLE", table, "DROP", column, ..] => {
                self.declared.remove(&format!("{table}.{column}"));
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] | ["ALTER", "TABLE", table, "ADD", column, ..] => {
                self.declared.insert(format!("{table}.{column}"), place.clone());
            }
            _ => {}
        }
    }

    fn rename(&mut self, old: &str, new: &str, place: &Place) {
        let renamed = std::mem::take(&mut self.declared).into_iter().map(|(name, at)| match rest(&name, old) {
            Some("") => (new.to_owned(), place.clone()),
            Some(rest) => (format!("{new}{rest}"), at),
            None => (name, at),
        });
        self.declared = renamed.collect();
    }

    /// Every table and column, without the table before it.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.declared.iter().map(|(name, place)| (name.rsplit('.').next().unwrap_or(name), place))
    }
}

/// What stands behind a name: nothing, or the column of a table.
fn rest<'a>(name: &'a str, start: &str) -> Option<&'a str> {
    name.strip_prefix(start).filter(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn without_comment(line: &str) -> &str {
    line.split_once("--").map_or(line, |(code, _)| code)
}

/// The columns of a `CREATE TABLE`: the first word of each of its parts that is no constraint.
fn columns(statement: &str) -> Vec<String> {
    let Some((_, body)) = statement.split_once('(') else { return Vec::new() };
    let mut depth = 0_i32;
    let parts = body.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    let first = parts.filter_map(|part| part.split_whitespace().next().map(str::to_owned));
    first.filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(migrations: &[&str]) -> Vec<String> {
        let mut schema = Schema::default();
        migrations.iter().for_each(|text| schema.apply("1.sql", text));
        schema.declared.keys().cloned().collect()
    }

    const CONCERNS: &str = "-- Whom events concern; several.\nCREATE TABLE concerns (\n  event TEXT NOT NULL, -- the event\n  \
        how TEXT CHECK (how IN ('a', 'b')),\n  PRIMARY KEY (event, how)\n) STRICT;\n";

    #[test]
    fn a_table_has_its_columns_and_no_constraints() {
        assert_eq!(names(&[CONCERNS]), ["concerns", "concerns.event", "concerns.how"]);
        let mut schema = Schema::default();
        schema.apply("1.sql", &format!("\nDROP INDEX x;\n{CONCERNS}"));
        assert!(schema.names().all(|(_, (file, line))| file == "1.sql" && *line == 4), "{schema:?}");
    }

    #[test]
    fn later_migrations_change_what_there_is() {
        for (later, expected) in [
            (
                "ALTER TABLE concerns ADD COLUMN at INTEGER;",
                &["concerns", "concerns.at", "concerns.event", "concerns.how"][..],
            ),
            (
                "ALTER TABLE concerns RENAME TO associations;",
                &["associations", "associations.event", "associations.how"],
            ),
            ("ALTER TABLE concerns RENAME COLUMN how TO kind;", &["concerns", "concerns.event", "concerns.kind"]),
            ("ALTER TABLE concerns DROP COLUMN how;", &["concerns", "concerns.event"]),
            ("DROP TABLE concerns;", &[]),
            (
                "CREATE TRIGGER t BEFORE DELETE ON concerns BEGIN\n SELECT 1; DELETE FROM x; END;",
                &["concerns", "concerns.event", "concerns.how"],
            ),
        ] {
            assert_eq!(names(&[CONCERNS, later]), expected, "{later}");
        }
    }
}
