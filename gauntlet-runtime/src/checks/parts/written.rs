//! Where the scripts write a name, and how: PostgreSQL cuts one that is longer than it keeps.

use crate::history::{History, Migration};
use crate::names::{MAX_IDENTIFIER_BYTES, truncate_ident};
use crate::sql::{self, Position};

/// A name as a script writes it.
#[derive(Debug)]
pub(in crate::checks) struct Written<'h> {
    /// The migration whose up writes it first.
    pub(in crate::checks) migration: &'h Migration,
    /// The place in that script.
    pub(in crate::checks) position: Position,
    /// The whole name, unquoted.
    pub(in crate::checks) name: String,
}

impl Written<'_> {
    /// Whether PostgreSQL keeps only the beginning of the name.
    pub(in crate::checks) fn is_cut(&self) -> bool {
        self.name.len() > MAX_IDENTIFIER_BYTES
    }
}

/// The first statement that writes a name. Where it is the name of something on `table`, one that also writes the table's
/// name goes first: another table may have a column or constraint of the same name.
pub(in crate::checks) fn written<'h>(
    history: &'h History,
    name: &str,
    table: Option<&str>,
) -> Option<Written<'h>> {
    let tables = table.map(|table| names_over_time(history, table)).unwrap_or_default();
    let mut first = None;
    for migration in history.migrations() {
        let script = migration.up().sql();
        for statement in sql::split(script) {
            let words: Vec<(usize, String)> = sql::words(statement.text).collect();
            let Some((at, word)) = words.iter().find(|(_, word)| is(word, name)) else { continue };
            let position = Position::of_byte(script, statement.offset + at);
            let found = Written { migration, position, name: word.clone() };
            let on_table = words.iter().any(|(_, word)| tables.iter().any(|table| is(word, table)));
            if on_table || tables.is_empty() {
                return Some(found);
            }
            first = first.or(Some(found));
        }
    }
    first
}

/// Whether PostgreSQL reads a word as this name.
fn is(word: &str, name: &str) -> bool {
    word == name || truncate_ident(word, MAX_IDENTIFIER_BYTES) == name
}

/// The names that a table has had, the last one first.
fn names_over_time(history: &History, table: &str) -> Vec<String> {
    let mut names = vec![table.to_owned()];
    for migration in history.migrations().iter().rev() {
        for statement in sql::split(migration.up().sql()).into_iter().rev() {
            let words: Vec<String> = sql::words(statement.text).map(|(_, word)| word).collect();
            if let [alter, what, .., old, rename, to, new] = &words[..]
                && (alter, rename, to) == (&"alter".into(), &"rename".into(), &"to".into())
                && what == "table"
                && names.last().is_some_and(|name| is(new, name))
            {
                names.push(truncate_ident(old, MAX_IDENTIFIER_BYTES).to_owned());
            }
        }
    }
    names
}
