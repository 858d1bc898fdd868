//! The defect gallery of `queries`.

mod given;
mod inserts;
mod prepared;

use std::fmt::Write as _;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Queries;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, embedded, expect_same, isolations, printed};

/// The first versions of a history.
const SHOP: &str = "--- 1_users.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int, mood mood NOT NULL);
--- 2_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, total int NOT NULL);
";

/// The enum of the history, as sqlx writes it.
const MOOD: &str = r#"{"Custom": {"name": "mood", "kind": {"Enum": ["sad", "glad"]}}}"#;

/// A column: its name, its type as sqlx writes it, and whether it may be NULL.
type Column<'a> = (&'a str, &'a str, Option<bool>);

/// A file of the folder `.sqlx`.
fn prepared(file: &str, sql: &str, parameters: &[&str], columns: &[Column<'_>]) -> String {
    let mut text = format!("--- /.sqlx/{file}\n");
    let type_of = |name: &&str| {
        if name.starts_with('{') { (*name).to_owned() } else { format!("\"{name}\"") }
    };
    let described = columns.iter().enumerate().map(|(ordinal, (name, of, _))| {
        let name = name.replace('"', "\\\"");
        format!(r#"{{"ordinal": {ordinal}, "name": "{name}", "type_info": {}}}"#, type_of(of))
    });
    let described: Vec<String> = described.collect();
    let parameters: Vec<String> = parameters.iter().map(type_of).collect();
    let nullable = columns.iter().map(|(.., nullable)| match nullable {
        Some(nullable) => nullable.to_string(),
        None => "null".to_owned(),
    });
    let nullable: Vec<String> = nullable.collect();
    write!(
        text,
        r#"{{
  "db_name": "PostgreSQL",
  "query": "{}",
  "describe": {{
    "columns": [{}],
    "parameters": {{"Left": [{}]}},
    "nullable": [{}]
  }},
  "hash": "{file}"
}}
"#,
        sql.replace('"', "\\\"").replace('\n', "\\n"),
        described.join(", "),
        parameters.join(", "),
        nullable.join(", "),
    )
    .unwrap();
    text
}

/// A query that fits the versions of [`SHOP`].
fn of_user() -> String {
    prepared(
        "query-1a2b3c4d5e6f.json",
        "SELECT id, email, age, mood AS \"mood: Mood\" FROM users WHERE id = $1",
        &["Int8"],
        &[
            ("id", "Int8", Some(false)),
            ("email", "Text", Some(false)),
            ("age", "Int4", Some(true)),
            ("mood: Mood", MOOD, Some(false)),
        ],
    )
}

/// Compares the text that a person reads, in both isolations.
#[track_caller]
fn check_with(files: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| {
        let project = Project::new(files);
        let suite = project.suite().db(embedded()).isolation(isolation);
        let folder = project.path().canonicalize().unwrap().display().to_string();
        printed(&settings(suite).report(Queries)).replace(&folder, "…")
    };
    expect_same(isolations(files.len()), text, expected);
}

/// The versions of [`SHOP`] and these files, without settings.
#[track_caller]
fn check(files: &str, expected: Expect) {
    check_with(&format!("{SHOP}{files}"), |suite| suite, expected);
}
