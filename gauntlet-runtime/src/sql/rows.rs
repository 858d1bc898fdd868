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
    if let Some(alter) = follows(&words, "alter", "column")
        && is(alter + 3, "type")
    {
        let column = written(&words, alter + 2)?;
        let using = words.iter().position(|word| word.text == "using").unwrap_or(words.len());
        let kind = joined(words.get(alter + 4..using)?);
        let limited = kind.contains('(') && LIMITED.iter().any(|word| kind.starts_with(word));
        if !SMALL.contains(&kind.as_str()) && !limited {
            return None;
        }
        return Some(format!(
            "-- rows whose {column} does not fit {kind} need another value first\n"
        ));
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

/// What rows need that may have the same values in what becomes unique: the parentheses that come next.
fn unique(words: &[Word<'_>], table: String, made: &[String]) -> Option<String> {
    if made.contains(&table) {
        return None;
    }
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
    let columns = joined(&words[open + 1..open + close]);
    Some(format!("-- rows that have the same {columns} need other values first\n"))
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
    text.replace(" )", ")")
}

/// A word of a statement: keywords in lower case, and the text as it is written.
struct Word<'a> {
    text: String,
    written: &'a str,
}

fn words<'a>(statement: &Statement<'a>) -> Vec<Word<'a>> {
    let written = tokens(statement.text).filter(|token| !token.kind.is_trivia());
    written
        .map(|token| Word { text: token.text.to_ascii_lowercase(), written: token.text })
        .collect()
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
        for fine in [
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
