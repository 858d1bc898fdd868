//! One step of a safe way.

use crate::stage::Relations;

/// One step of a safe way: what to do, and the SQL that does it. Each SQL is for a version of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::locks) struct Step {
    pub(in crate::checks::locks) text: String,
    pub(in crate::checks::locks) sql: Option<String>,
}

impl Step {
    pub(super) fn text(text: &str) -> Step {
        Step { text: text.to_owned(), sql: None }
    }

    pub(super) fn sql(text: &str, sql: impl Into<String>) -> Step {
        Step { text: text.to_owned(), sql: Some(sql.into()) }
    }
}

/// What is known of the place in which a statement stands.
#[derive(Clone, Copy)]
pub(in crate::checks::locks) struct Place<'a> {
    /// What existed before the version.
    pub(in crate::checks::locks) relations: &'a Relations,
    /// Whether the statement wrote a table into a new file.
    pub(in crate::checks::locks) rewrites: bool,
    /// The line with which a script says that it runs outside of a transaction.
    pub(in crate::checks::locks) no_transaction: Option<&'a str>,
}

impl Place<'_> {
    /// A step that runs outside of a transaction.
    pub(super) fn outside(&self, text: &str, sql: &str) -> Step {
        match self.no_transaction {
            Some(line) => Step::sql(text, format!("{line}\n{sql}")),
            None => Step::sql(&format!("{text}, outside of a transaction"), sql),
        }
    }
}
