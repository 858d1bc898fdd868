//! Scripts of megabytes: their findings and places are those of small ones.

use std::fmt::Write as _;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Status;

use crate::support::oracle::{Extent, extent};
use crate::support::{Project, printed};

const ITEMS: &str = "
--- 1_items.up.sql
CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, note text);
--- 1_items.down.sql
DROP TABLE items;
--- 3_more.up.sql
CREATE TABLE more (id bigint PRIMARY KEY);
--- 3_more.down.sql
DROP TABLE more;
";

/// The size of a script in bytes.
fn size() -> usize {
    match extent() {
        Extent::Sample => 256 << 10,
        Extent::Long | Extent::Servers => 5 << 20,
        Extent::All => 50 << 20,
    }
}

/// Pieces until the script is large enough.
fn large(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= size() {
            break;
        }
        text.push_str(&piece(number));
    }
    text
}

/// A statement a row.
fn inserts() -> String {
    large(|n| {
        let note = "it''s a set of 2; \"prepared\", -- not created by any role";
        format!("INSERT INTO items VALUES ({n}, 'Item {n}', '{note}');\n")
    })
}

/// The text of `stairway` where this is the second version.
fn stairway(up: &str, down: &str) -> (Status, String) {
    let project = Project::new(ITEMS);
    project.write("2_rows.up.sql", up.as_bytes());
    project.write("2_rows.down.sql", down.as_bytes());
    let report = project.suite().report(Check::Stairway);
    (report.status(), printed(&report))
}

#[track_caller]
fn passes(up: &str, down: &str) {
    let (status, text) = stairway(up, down);
    assert_eq!(status, Status::Passed, "{text}");
}

#[test]
fn statements_and_their_rows() {
    passes(&inserts(), "DELETE FROM items;");
    let mut rows = "INSERT INTO items VALUES\n".to_owned();
    rows += large(|n| format!("({n}, 'Item {n}', NULL),\n")).trim_end_matches(",\n");
    passes(&rows, "DELETE FROM items;");
}

#[test]
fn one_literal_and_one_body() {
    let literal = large(|n| format!("{n} grants; $a$ x\n"));
    passes(&format!("INSERT INTO items VALUES (1, 'all', '{literal}');"), "DELETE FROM items;");
    let body = large(|n| format!("IF x > {n} THEN x := 'a{n}'; END IF; -- step {n}\n"));
    let function = format!(
        "CREATE FUNCTION big() RETURNS text LANGUAGE plpgsql AS $body$ DECLARE x text; BEGIN {body} RETURN x; END $body$;"
    );
    passes(&function, "DROP FUNCTION big();");
}

#[test]
fn a_down_that_forgets_something() {
    let up = inserts() + "CREATE INDEX items_name ON items (name);";
    let (_, text) = stairway(&up, "DELETE FROM items;");
    assert!(text.contains("the down of 2_rows changes nothing"), "{text}");
    assert!(text.contains("DROP INDEX items_name"), "{text}");
    assert!(text.len() < 10_000, "the text repeats the script: {} bytes", text.len());
}

#[test]
fn the_last_statement_fails() {
    let mut up = inserts();
    let line = up.lines().count() + 1;
    write!(up, "INSERT INTO items VALUES (1, 'again', NULL);\nSELECT 1;\n").unwrap();
    let (_, text) = stairway(&up, "DELETE FROM items;");
    assert!(text.contains(&format!("migrations/2_rows.up.sql:{line}:1")), "{text}");
    assert!(text.contains("duplicate key value"), "{text}");
    assert!(text.len() < 10_000, "the text repeats the script: {} bytes", text.len());
}
