//! Recognises scripts that cannot put rows into empty tables.

use super::{statements, words};

/// Returns true if every statement only defines things, so that empty tables stay empty unless an event trigger
/// fills them.
///
/// Tables with rows may still be rewritten, emptied or dropped. Statements that are not certain to be harmless (`DO`,
/// `SELECT`, `CALL`, `CREATE TABLE … AS`) return false.
pub fn leaves_rows_alone(script: &str) -> bool {
    statements(script).all(|statement| defines(statement.text))
}

fn defines(statement: &str) -> bool {
    const MODIFIERS: [&str; 9] = [
        "or",
        "replace",
        "unique",
        "temp",
        "temporary",
        "unlogged",
        "global",
        "local",
        "recursive",
    ];
    // Kinds that hold no rows; creating and altering them touches none.
    const DEFINED: [&str; 12] = [
        "index",
        "view",
        "type",
        "domain",
        "function",
        "procedure",
        "trigger",
        "sequence",
        "policy",
        "rule",
        "statistics",
        "collation",
    ];
    let mut all = words(statement).map(|(_, word)| word);
    let verb = all.next().unwrap_or_default();
    let what = all.find(|word| !MODIFIERS.contains(&word.as_str())).unwrap_or_default();
    match verb.as_str() {
        "create" if what == "table" => {
            let rest: Vec<String> = all.collect();
            let queries = ["select", "values", "execute"];
            !rest.iter().any(|word| queries.contains(&word.as_str()))
                && !rest.windows(2).any(|pair| pair == ["as", "table"])
        }
        // `CREATE CONSTRAINT TRIGGER`.
        "create" => what == "constraint" || DEFINED.contains(&what.as_str()),
        "alter" => {
            ["table", "schema", "default"].contains(&what.as_str())
                || DEFINED.contains(&what.as_str())
        }
        "drop" | "comment" | "grant" | "revoke" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_leave_rows_alone() {
        for script in [
            "",
            "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, u int REFERENCES u ON DELETE CASCADE);",
            "create unique index concurrently i on t (a); comment on index i is 'INSERT'",
            "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; END $$",
            "CREATE VIEW v AS SELECT 1; ALTER TABLE t ADD COLUMN a int DEFAULT 0; DROP TABLE u CASCADE",
        ] {
            assert!(leaves_rows_alone(script), "{script}");
        }
    }

    #[test]
    fn other_statements_may_add_rows() {
        for script in [
            "INSERT INTO t VALUES (1)",
            "CREATE TABLE t AS SELECT 1",
            "CREATE TABLE t AS TABLE u",
            "CREATE UNLOGGED TABLE t AS EXECUTE p",
            "DO $$ BEGIN END $$",
            "SELECT f()",
            "WITH x AS (SELECT 1) SELECT * FROM x",
            "CREATE MATERIALIZED VIEW m AS SELECT f()",
            "REFRESH MATERIALIZED VIEW m",
            "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
            "CREATE EXTENSION x",
            "ALTER TABLE t ADD a int; CALL p()",
        ] {
            assert!(!leaves_rows_alone(script), "{script}");
        }
    }
}
