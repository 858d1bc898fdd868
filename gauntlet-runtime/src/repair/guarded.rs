//! Statements that change nothing where what they do is done already.
//!
//! For a change that one database has and others have not: the same script has to run on all. The statements are those of
//! [`catalog`](crate::catalog), so that a word in capitals outside of quotes is a keyword and the head says what it is.

use crate::names::quote_literal;

/// Kinds that are made with `IF NOT EXISTS`.
const IF_NOT_EXISTS: &[&str] = &[
    "TABLE",
    "UNLOGGED TABLE",
    "FOREIGN TABLE",
    "INDEX",
    "UNIQUE INDEX",
    "SEQUENCE",
    "SCHEMA",
    "EXTENSION",
    "MATERIALIZED VIEW",
    "SERVER",
    "STATISTICS",
];

/// Kinds that are made with `OR REPLACE`.
const OR_REPLACE: &[&str] = &["VIEW", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE"];

/// What is said of a thing that is there already.
const THERE: &str =
    "duplicate_object OR duplicate_table OR duplicate_function OR invalid_table_definition";

/// The same of a thing for text search.
const TEXT_SEARCH: &str = "unique_violation OR duplicate_object";

/// What is said of a token of a text search configuration that has its dictionaries already.
const MAPPED: &str = "unique_violation";

/// What is said of an attribute of a type that is there already.
const ATTRIBUTE: &str = "duplicate_column";

/// What is said of a member of an operator family that is not there any more.
const NO_MEMBER: &str = "undefined_object OR undefined_function";

/// What is said of a thing that has got its new name already; the last one of a label.
const RENAMED: &str = "undefined_table OR undefined_column OR undefined_object OR undefined_function \
     OR duplicate_object OR invalid_parameter_value";

/// What is said where the thing that something is taken from is not there.
const GONE: &str = "invalid_schema_name OR wrong_object_type OR undefined_table";

/// A statement with the words that let it pass where it is not needed. Comment lines before it stay before it.
pub(super) fn guarded(sql: &str) -> String {
    let mut start = 0;
    while sql[start..].starts_with("--") {
        start += sql[start..].find('\n').map_or(sql.len() - start, |end| end + 1);
    }
    let (comments, statement) = sql.split_at(start);
    format!("{comments}{}", guarded_statement(statement))
}

fn guarded_statement(sql: &str) -> String {
    let kind = keywords(sql);
    let rest = sql[kind.len()..].trim_start();
    match kind.split_once(' ') {
        Some(("CREATE", what)) if IF_NOT_EXISTS.contains(&what) => {
            format!("{kind} IF NOT EXISTS {rest}")
        }
        Some(("CREATE", what)) if OR_REPLACE.contains(&what) => {
            format!("CREATE OR REPLACE {what} {rest}")
        }
        Some(("CREATE", what)) if what.starts_with("TEXT SEARCH ") => passing(sql, TEXT_SEARCH),
        Some(("CREATE", _)) => passing(sql, THERE),
        Some(("DROP", _)) => format!("{kind} IF EXISTS {rest}"),
        Some(("ALTER", "DEFAULT PRIVILEGES IN SCHEMA")) => passing(sql, GONE),
        Some(("ALTER", _)) => altered(sql),
        _ => sql.to_owned(),
    }
}

/// `ALTER …`: the words for what it adds, drops or renames.
fn altered(sql: &str) -> String {
    const WORDS: [(&str, &str); 4] = [
        (" ADD COLUMN ", "IF NOT EXISTS "),
        (" ADD VALUE ", "IF NOT EXISTS "),
        (" DROP COLUMN ", "IF EXISTS "),
        (" DROP CONSTRAINT ", "IF EXISTS "),
    ];
    for (head, words) in WORDS {
        if let Some((before, after)) = sql.split_once(head) {
            // A constraint may have gone with its table.
            let before = match before.strip_prefix("ALTER TABLE ") {
                Some(table) if head.contains(" DROP ") => format!("ALTER TABLE IF EXISTS {table}"),
                _ => before.to_owned(),
            };
            return format!("{before}{head}{words}{after}");
        }
    }
    if let Some(guarded) = retyped(sql) {
        return guarded;
    }
    for end in [" DROP IDENTITY", " DROP EXPRESSION"] {
        if sql.ends_with(end) {
            return format!("{sql} IF EXISTS");
        }
    }
    if sql.ends_with(" NOT OF")
        || sql.contains(" DETACH PARTITION ")
        || sql.contains(" NO INHERIT ")
    {
        return passing(sql, GONE);
    }
    if sql.contains(" INHERIT ") {
        return passing(sql, THERE);
    }
    if sql.contains(" ADD ATTRIBUTE ") {
        return passing(sql, ATTRIBUTE);
    }
    if sql.contains(" ADD MAPPING ") {
        return passing(sql, MAPPED);
    }
    if sql.starts_with("ALTER OPERATOR FAMILY ") && sql.contains(" DROP ") {
        return passing(sql, NO_MEMBER);
    }
    if sql.contains(" RENAME ") {
        return passing(sql, RENAMED);
    }
    if sql.contains(" ADD ") || sql.contains(" ATTACH PARTITION ") {
        return passing(sql, THERE);
    }
    sql.to_owned()
}

/// A column that gets another type, where it has it not yet: what stands in the way of a change may be there only where it
/// has been made.
fn retyped(sql: &str) -> Option<String> {
    let (table, rest) = sql.strip_prefix("ALTER TABLE ")?.split_once(" ALTER COLUMN ")?;
    let (column, rest) = rest.split_once(" TYPE ")?;
    let data_type = rest.split_once(" USING ").map_or(rest, |(data_type, _)| data_type);
    if data_type.contains(" COLLATE ") {
        return None;
    }
    let column = match column.strip_prefix('"').and_then(|column| column.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => column.to_owned(),
    };
    let table = table.strip_prefix("ONLY ").unwrap_or(table);
    Some(unless(
        &format!(
            "(SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = {}::regclass AND attname = {}) = {}",
            quote_literal(table),
            quote_literal(&column),
            quote_literal(data_type)
        ),
        sql,
    ))
}

/// An index in the place of which a constraint of its name comes. The index of that constraint stays.
pub(super) fn unless_of_constraint(sql: &str) -> Option<String> {
    let index = sql.strip_prefix("DROP INDEX ")?;
    let of_constraint = format!(
        "EXISTS (SELECT FROM pg_constraint WHERE conindid = to_regclass({}))",
        quote_literal(index)
    );
    Some(unless(&of_constraint, &guarded_statement(sql)))
}

/// A statement that runs where a condition is not met.
fn unless(condition: &str, sql: &str) -> String {
    let quote = quote_around(sql);
    format!("DO {quote} BEGIN\nIF {condition} THEN RETURN; END IF;\n{sql};\nEND {quote}")
}

/// For statements that know no such words.
fn passing(sql: &str, conditions: &str) -> String {
    let quote = quote_around(sql);
    format!("DO {quote} BEGIN\n{sql};\nEXCEPTION WHEN {conditions} THEN NULL;\nEND {quote}")
}

/// A dollar quote that does not occur in a text.
fn quote_around(sql: &str) -> String {
    let mut quote = "$do$".to_owned();
    while sql.contains(&quote) {
        quote.insert(1, '_');
    }
    quote
}

/// The keywords with which a statement begins.
fn keywords(sql: &str) -> &str {
    let is_keyword = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_uppercase())
            && !matches!(word, "ON" | "FOR")
    };
    let mut end = 0;
    for word in sql.split_inclusive(' ') {
        if !is_keyword(word.trim_end()) || !word.ends_with(' ') {
            break;
        }
        end += word.len();
    }
    sql[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        assert_eq!(guarded(sql), expected);
    }

    #[test]
    fn each_kind_of_statement() {
        check("CREATE UNIQUE INDEX i ON t (a)", "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)");
        check("CREATE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW v AS SELECT 1");
        check("ALTER TABLE t ADD COLUMN a int", "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int");
        check("ALTER TYPE m ADD VALUE 'a'", "ALTER TYPE m ADD VALUE IF NOT EXISTS 'a'");
        check(
            "ALTER TABLE s.t ALTER COLUMN \"A\" TYPE bigint USING \"A\"::bigint",
            "DO $do$ BEGIN\nIF (SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
             WHERE attrelid = 's.t'::regclass AND attname = 'A') = 'bigint' THEN RETURN; END IF;\n\
             ALTER TABLE s.t ALTER COLUMN \"A\" TYPE bigint USING \"A\"::bigint;\nEND $do$",
        );
        check("DROP MATERIALIZED VIEW \"V\"", "DROP MATERIALIZED VIEW IF EXISTS \"V\"");
        check("DROP USER MAPPING FOR a SERVER s", "DROP USER MAPPING IF EXISTS FOR a SERVER s");
        check("DROP TRIGGER x ON t", "DROP TRIGGER IF EXISTS x ON t");
        check(
            "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
            "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
        );
        check("COMMENT ON TABLE t IS 'CREATE TABLE a'", "COMMENT ON TABLE t IS 'CREATE TABLE a'");
        check(
            "-- the values of column 't.a' are lost\nALTER TABLE t DROP COLUMN a",
            "-- the values of column 't.a' are lost\nALTER TABLE IF EXISTS t DROP COLUMN IF EXISTS a",
        );
        check(
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a <> '$do$')",
            "DO $_do$ BEGIN\nALTER TABLE t ADD CONSTRAINT c CHECK (a <> '$do$');\n\
             EXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function OR invalid_table_definition THEN NULL;\nEND $_do$",
        );
        check(
            "ALTER TABLE t RENAME COLUMN a TO b",
            "DO $do$ BEGIN\nALTER TABLE t RENAME COLUMN a TO b;\n\
             EXCEPTION WHEN undefined_table OR undefined_column OR undefined_object OR undefined_function \
             OR duplicate_object OR invalid_parameter_value THEN NULL;\nEND $do$",
        );
    }
}
