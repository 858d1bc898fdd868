//! The words of a script, for finding names in it.

use super::lexer::nested_tokens;
use super::statements;

/// The words of all statements with their byte offsets in the script: quoted names unquoted, others in lower case.
///
/// Includes the words in strings and comments inside statements, such as the body of a function. Leaves out comments
/// between statements.
pub fn words(script: &str) -> impl Iterator<Item = (usize, String)> {
    statements(script).flat_map(|statement| {
        nested_tokens(statement.text)
            .filter_map(move |token| Some((statement.offset + token.offset, token.name()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_postgres_reads_them() {
        let script = "-- users\nCREATE INDEX Ä_idx ON \"My \"\"Users\" (email);";
        let found: Vec<(usize, String)> = words(script).collect();
        let texts: Vec<&str> = found.iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(texts, ["create", "index", "ä_idx", "on", "My \"Users", "email"]);
        assert!(script[found[2].0..].starts_with("Ä_idx"));
        assert_eq!(words("SELECT \"open").count(), 2);
    }

    #[test]
    fn bodies_and_comments_inside_statements_count() {
        let script = "DO $$ BEGIN EXECUTE 'DROP TABLE \"A\"'; /* b */ END $$";
        let found: Vec<String> = words(script).map(|(_, word)| word).collect();
        assert_eq!(found, ["do", "begin", "execute", "drop", "table", "A", "b", "end"]);
    }
}
