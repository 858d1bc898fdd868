//! The context in which statements are written, their layout, and the outcome of a changed attribute.

use std::fmt::{self, Write as _};

use crate::catalog::{Catalog, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

/// The database for which statements are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    /// The catalog that the statements make, or make true.
    pub(crate) catalog: &'a Catalog,
    /// The home schema's name where the statements will run, unquoted; `None` when only the server
    /// will know (a file that loads into any schema).
    pub(crate) home: Option<&'a str>,
    /// `server_version_num` of the server that will run them.
    pub(crate) version: u32,
    /// The catalog whose default privileges a new object gets; `None` where there are none.
    pub(crate) defaults: Option<&'a Catalog>,
    /// True if owners are written.
    pub(crate) owners: bool,
}

/// Growing a statement piece by piece.
pub(crate) trait Add {
    /// Adds formatted text at the end.
    fn add(&mut self, text: fmt::Arguments<'_>);
}

impl Add for String {
    fn add(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.write_fmt(text);
    }
}

/// The way to change one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alter {
    /// These statements.
    Sql(Vec<String>),
    /// The object has to be dropped and made again.
    Recreate,
    /// Another statement of the plan takes care of it.
    Elsewhere,
    /// No statement is known; the reason.
    No(String),
}

impl Alter {
    pub(crate) fn one(sql: String) -> Self {
        Self::Sql(vec![sql])
    }
}

/// One attribute of one object whose value differs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) id: &'a ObjectId,
    pub(crate) attribute: &'a str,
    pub(crate) expected: &'a Object,
    pub(crate) actual: &'a Object,
    /// The catalog that is to be changed.
    pub(crate) before: &'a Catalog,
}

impl Changed<'_> {
    /// The expected text.
    pub(crate) fn wanted(&self) -> Option<&str> {
        self.expected.text(self.attribute)
    }

    /// The text that is there.
    pub(crate) fn found(&self) -> Option<&str> {
        self.actual.text(self.attribute)
    }
}

/// A statement that names the home schema, whose name may not be known before it runs.
///
/// `statement` gets the schema's name in SQL, or `%I` for `format`.
pub(crate) fn at_home(home: Option<&str>, statement: impl Fn(&str) -> String) -> String {
    if let Some(home) = home {
        return statement(&quote_if_needed(home));
    }
    let marked = statement("\u{0}");
    let places = marked.matches('\u{0}').count();
    let template = quote_literal(&marked.replace('%', "%%").replace('\u{0}', "%I"));
    let arguments = ", current_schema()".repeat(places);
    format!("DO {}", dollar_quote(&format!("BEGIN EXECUTE format({template}{arguments}); END")))
}

/// Stands in a statement for the name of the database, which only the server knows: the tool's databases and that of
/// production have different ones.
pub(crate) const DATABASE: char = '\u{1}';

/// A statement that may name the database, as one that works in every database.
pub(crate) fn at_database(statement: &str) -> String {
    let places = statement.matches(DATABASE).count();
    if places == 0 {
        return statement.to_owned();
    }
    let template = quote_literal(&statement.replace('%', "%%").replace(DATABASE, "%I"));
    let arguments = ", current_database()".repeat(places);
    format!("DO {}", dollar_quote(&format!("BEGIN EXECUTE format({template}{arguments}); END")))
}

/// Quotes a body so that a person can read it.
pub(crate) fn dollar_quote(body: &str) -> String {
    let tags = ["$$", "$body$", "$function$", "$gauntlet$"];
    // A body that ends in `$` would run into the closing tag.
    let fits = |tag: &&str| !body.contains(*tag) && !body.ends_with('$');
    match tags.into_iter().find(fits) {
        Some(tag) => format!("{tag}{body}{tag}"),
        None => quote_literal(body),
    }
}

/// Indents every line by four blanks and puts a comma behind all but the last.
pub(crate) fn block(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join(",\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_may_be_unknown() {
        let comment = |schema: &str| format!("COMMENT ON SCHEMA {schema} IS '100%'");
        assert_eq!(at_home(Some("My app"), comment), "COMMENT ON SCHEMA \"My app\" IS '100%'");
        assert_eq!(
            at_home(None, comment),
            "DO $$BEGIN EXECUTE format('COMMENT ON SCHEMA %I IS ''100%%''', current_schema()); END$$"
        );
    }

    #[test]
    fn the_database_is_never_named() {
        assert_eq!(
            at_database("COMMENT ON DATABASE \u{1} IS '100%'"),
            "DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''100%%''', current_database()); END$$"
        );
        assert_eq!(at_database("SELECT 1"), "SELECT 1");
    }

    #[test]
    fn bodies_are_quoted_with_what_they_do_not_hold() {
        assert_eq!(dollar_quote("x"), "$$x$$");
        assert_eq!(dollar_quote("a $$b$$ c"), "$body$a $$b$$ c$body$");
        assert_eq!(dollar_quote("a$"), "'a$'");
    }
}
