//! What statements that change tables mean for the rows in them.

use super::{Statement, statements, tokens, with_comments};

/// Returns true if a script drops a table or a column, and with it what is in the rows.
pub(crate) fn destroys_rows(script: &str) -> bool {
    statements(script).any(|statement| {
        let words = words(&statement);
        let starts = |expected: &[&str]| {
            words.iter().map(|w| w.text.as_str()).take(expected.len()).eq(expected.iter().copied())
        };
        starts(&["drop", "table"])
            || starts(&["drop", "schema"])
            || (starts(&["alter", "table"]) && follows(&words, "drop", "column").is_some())
    })
}

/// The script with a comment before each statement that fails on a table with rows, which says what the rows need.
pub(crate) fn with_needs_of_rows(script: &str) -> String {
    // A table that the script makes has no rows.
    let made: Vec<String> =
        statements(script).filter_map(|statement| made_table(&words(&statement))).collect();
    with_comments(script, |statement| need(statement, &made))
}

/// The types that hold less than others.
const SMALL: [&str; 3] = ["smallint", "integer", "real"];

/// The types of which a length is the most that a value may have. A time with fewer digits is rounded.
const LIMITED: [&str; 6] = ["character", "varchar", "char", "numeric", "decimal", "bit"];

/// The types that hold the values of all those from which one casts to them, where that is not by way of their text.
const WIDE: [&str; 9] = [
    "text",
    "character varying",
    "bigint",
    "numeric",
    "double precision",
    "date",
    "time",
    "bytea",
    "oid",
];

fn need(statement: &Statement<'_>, made: &[String]) -> Option<String> {
    let words = words(statement);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.text == word);
    if is(0, "create") && is(1, "unique") && is(2, "index") {
        let on = words.iter().position(|word| word.text == "on")?;
        return unique(&words, relation(&words, on + 1), made);
    }
    if !is(0, "alter") || !is(1, "table") {
        return None;
    }
    if let Some(add) = words.iter().position(|word| word.text == "add")
        && let Some(at) = words.iter().position(|word| word.text == "unique")
        && at > add
        && words.get(at + 1).is_some_and(|word| word.written == "(")
    {
        let table = if is(2, "only") { 3 } else { 2 };
        return unique(&words[at..], relation(&words, table), made);
    }
    if let Some(add) = words.iter().position(|word| word.text == "add")
        && is(add + 1, "constraint")
    {
        let table = relation(&words, if is(2, "only") { 3 } else { 2 });
        return constraint(words.get(add + 2..)?, &table, made);
    }
    if let Some(alter) = follows(&words, "alter", "column")
        && is(alter + 3, "type")
    {
        let column = written(&words, alter + 2)?;
        let using = words.iter().position(|word| word.text == "using").unwrap_or(words.len());
        let kind = joined(words.get(alter + 4..using)?);
        let limited = kind.contains('(') && LIMITED.iter().any(|word| kind.starts_with(word));
        if SMALL.contains(&kind.as_str()) || limited {
            return Some(format!(
                "-- rows whose {column} does not fit {kind} need another value first\n"
            ));
        }
        let cast = joined(words.get(using..)?);
        let fails = cast.contains("::text::")
            || (!cast.is_empty() && !WIDE.iter().any(|wide| kind.starts_with(wide)));
        return fails
            .then(|| format!("-- rows whose {column} is no {kind} need another value first\n"));
    }
    let has = |word: &str| words.iter().any(|found| found.text == word);
    let not_null = follows(&words, "not", "null");
    if let Some(at) = follows(&words, "add", "column")
        && not_null.is_some_and(|not_null| not_null > at)
        && !has("default")
        && !has("generated")
    {
        let column = written(&words, at + 2)?;
        return Some(format!(
            "-- a table with rows needs a value for {column}: add a DEFAULT, or fill it before NOT NULL\n"
        ));
    }
    let set = follows(&words, "set", "not")?;
    let column = written(&words, set.checked_sub(1)?)?;
    Some(format!("-- rows in which {column} is null need a value first\n"))
}

/// What rows need for a constraint, of which these are the words from its name on. They are looked through for it.
fn constraint(words: &[Word<'_>], table: &str, made: &[String]) -> Option<String> {
    let is = |word: &str| words.get(1).is_some_and(|found| found.text == word);
    if made.iter().any(|one| one == table) || follows(words, "not", "valid").is_some() {
        return None;
    }
    if is("check") {
        return Some(format!("-- rows that break {} need other values first\n", words[0].written));
    }
    let to = words.iter().position(|word| word.text == "references")?;
    let (columns, to) = (joined(parentheses(words)?), relation(words, to + 1));
    is("foreign")
        .then(|| format!("-- rows whose {columns} is in no row of {to} need another value first\n"))
}

/// What rows need that may have the same values in what becomes unique: the parentheses that come next.
fn unique(words: &[Word<'_>], table: String, made: &[String]) -> Option<String> {
    if made.contains(&table) {
        return None;
    }
    let columns = joined(parentheses(words)?);
    Some(format!("-- rows that have the same {columns} need other values first\n"))
}

/// What stands in the parentheses that come next.
fn parentheses<'w, 'a>(words: &'w [Word<'a>]) -> Option<&'w [Word<'a>]> {
    let open = words.iter().position(|word| word.written == "(")?;
    let mut depth = 0;
    let close = words[open..].iter().position(|word| {
        depth += match word.written {
            "(" => 1,
            ")" => -1,
            _ => 0,
        };
        depth == 0
    })?;
    words.get(open + 1..open + close)
}

/// The table that a statement makes.
fn made_table(words: &[Word<'_>]) -> Option<String> {
    let starts = |at: usize, word: &str| words.get(at).is_some_and(|found| found.text == word);
    (starts(0, "create") && starts(1, "table")).then(|| relation(words, 2))
}

/// The name of a relation that begins at a word, with its schema, as it is written.
fn relation(words: &[Word<'_>], at: usize) -> String {
    let mut name = String::new();
    for (number, word) in words.iter().skip(at).enumerate() {
        if number % 2 == 1 && word.written != "." {
            break;
        }
        name.push_str(word.written);
    }
    name
}

/// Words as a person would write them in a row: `character varying(10)`, `lower(b), c`.
fn joined(words: &[Word<'_>]) -> String {
    let words: Vec<&str> =
        words.iter().map(|word| word.written).filter(|word| *word != ";").collect();
    let text = words.join(" ").replace(" ,", ",").replace(" (", "(").replace("( ", "(");
    text.replace(" )", ")").replace(" [ ]", "[]").replace(" :: ", "::")
}

/// A word of a statement: keywords in lower case, and the text as it is written.
struct Word<'a> {
    text: String,
    written: &'a str,
}

/// The words without `IF [NOT] EXISTS`.
fn words<'a>(statement: &Statement<'a>) -> Vec<Word<'a>> {
    let written = tokens(statement.text).filter(|token| !token.kind.is_trivia());
    let mut words: Vec<Word<'_>> = written
        .map(|token| Word { text: token.text.to_ascii_lowercase(), written: token.text })
        .collect();
    for guard in [&["if", "not", "exists"][..], &["if", "exists"]] {
        let at = words.windows(guard.len()).position(|found| {
            found.iter().map(|word| word.text.as_str()).eq(guard.iter().copied())
        });
        if let Some(at) = at {
            words.drain(at..at + guard.len());
        }
    }
    words
}

/// The place of a word that another one follows.
fn follows(words: &[Word<'_>], first: &str, second: &str) -> Option<usize> {
    words.windows(2).position(|pair| pair[0].text == first && pair[1].text == second)
}

fn written<'a>(words: &[Word<'a>], at: usize) -> Option<&'a str> {
    words.get(at).map(|word| word.written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_destroys() {
        assert!(destroys_rows("CREATE TABLE a ();\nALTER TABLE a DROP COLUMN b;"));
        assert!(destroys_rows("drop table a"));
        assert!(!destroys_rows("DROP INDEX a; ALTER TABLE a DROP CONSTRAINT \"column\";"));
        assert!(!destroys_rows("COMMENT ON TABLE a IS 'DROP TABLE a'"));
    }

    #[test]
    fn what_rows_need() {
        let check = |script: &str, expected: &str| assert_eq!(with_needs_of_rows(script), expected);
        check(
            "DROP INDEX i;\nALTER TABLE a ADD COLUMN \"B\" boolean NOT NULL;\nSELECT 1;",
            "DROP INDEX i;\n-- a table with rows needs a value for \"B\": add a DEFAULT, or fill it before NOT NULL\n\
             ALTER TABLE a ADD COLUMN \"B\" boolean NOT NULL;\nSELECT 1;",
        );
        check(
            "ALTER TABLE a ALTER COLUMN b SET NOT NULL;",
            "-- rows in which b is null need a value first\nALTER TABLE a ALTER COLUMN b SET NOT NULL;",
        );
        check(
            "ALTER TABLE a ALTER COLUMN b TYPE character varying(10) USING b::varchar(10);",
            "-- rows whose b does not fit character varying(10) need another value first\n\
             ALTER TABLE a ALTER COLUMN b TYPE character varying(10) USING b::varchar(10);",
        );
        check(
            "CREATE UNIQUE INDEX i ON s.a USING btree (lower(b), c) WHERE (b > 1);",
            "-- rows that have the same lower(b), c need other values first\n\
             CREATE UNIQUE INDEX i ON s.a USING btree (lower(b), c) WHERE (b > 1);",
        );
        check(
            "ALTER TABLE a ADD CONSTRAINT u UNIQUE (b, \"C\");",
            "-- rows that have the same b, \"C\" need other values first\n\
             ALTER TABLE a ADD CONSTRAINT u UNIQUE (b, \"C\");",
        );
        check(
            "ALTER TABLE a ALTER COLUMN b TYPE uuid USING b::uuid;",
            "-- rows whose b is no uuid need another value first\n\
             ALTER TABLE a ALTER COLUMN b TYPE uuid USING b::uuid;",
        );
        check(
            "ALTER TABLE a ALTER COLUMN b TYPE mood[] USING b::text[]::mood[];",
            "-- rows whose b is no mood[] need another value first\n\
             ALTER TABLE a ALTER COLUMN b TYPE mood[] USING b::text[]::mood[];",
        );
        check(
            "ALTER TABLE a ALTER COLUMN b TYPE bigint USING b::text::bigint;",
            "-- rows whose b is no bigint need another value first\n\
             ALTER TABLE a ALTER COLUMN b TYPE bigint USING b::text::bigint;",
        );
        check(
            "ALTER TABLE ONLY a ADD CONSTRAINT f FOREIGN KEY (b, c) REFERENCES s.d(e, f);",
            "-- rows whose b, c is in no row of s.d need another value first\n\
             ALTER TABLE ONLY a ADD CONSTRAINT f FOREIGN KEY (b, c) REFERENCES s.d(e, f);",
        );
        check(
            "ALTER TABLE a ADD CONSTRAINT \"C\" CHECK (b > 0);",
            "-- rows that break \"C\" need other values first\n\
             ALTER TABLE a ADD CONSTRAINT \"C\" CHECK (b > 0);",
        );
        check(
            "ALTER TABLE a ADD COLUMN IF NOT EXISTS b boolean NOT NULL;",
            "-- a table with rows needs a value for b: add a DEFAULT, or fill it before NOT NULL\n\
             ALTER TABLE a ADD COLUMN IF NOT EXISTS b boolean NOT NULL;",
        );
        for fine in [
            "ALTER TABLE a ALTER COLUMN b TYPE text USING b::text;",
            "ALTER TABLE a ALTER COLUMN b TYPE bigint USING b::bigint;",
            "ALTER TABLE a ALTER COLUMN b TYPE timestamp with time zone USING b::timestamp with time zone;",
            "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID;",
            "CREATE TABLE a (b int);\nALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c;",
            "ALTER TABLE a ADD CONSTRAINT p PRIMARY KEY USING INDEX i;",
            "ALTER TABLE a ALTER COLUMN b TYPE bigint;",
            "ALTER TABLE a ALTER COLUMN b TYPE timestamp(3) with time zone;",
            "CREATE TABLE s.a (b int);\nCREATE UNIQUE INDEX i ON s.a (b);",
            "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i;",
            "CREATE INDEX i ON a (b);",
            "ALTER TABLE a ADD COLUMN b boolean DEFAULT false NOT NULL;",
            "ALTER TABLE a ADD COLUMN b int GENERATED ALWAYS AS IDENTITY NOT NULL;",
            "ALTER TABLE a ADD COLUMN b boolean;",
            "CREATE TABLE a (b int NOT NULL);",
        ] {
            check(fine, fine);
        }
    }
}
