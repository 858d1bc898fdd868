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
    with_comments(script, need)
}

fn need(statement: &Statement<'_>) -> Option<String> {
    let words = words(statement);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.text == word);
    if !is(0, "alter") || !is(1, "table") {
        return None;
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
        for fine in [
            "ALTER TABLE a ADD COLUMN b boolean DEFAULT false NOT NULL;",
            "ALTER TABLE a ADD COLUMN b int GENERATED ALWAYS AS IDENTITY NOT NULL;",
            "ALTER TABLE a ADD COLUMN b boolean;",
            "CREATE TABLE a (b int NOT NULL);",
        ] {
            check(fine, fine);
        }
    }
}
