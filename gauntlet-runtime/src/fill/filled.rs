//! What became of the tables: data.

use std::collections::BTreeMap;

/// What became of the tables that had no rows, or whose shape had changed since they got theirs.
#[derive(Debug, Default)]
pub struct Filled {
    /// The tables that got rows, with how many.
    pub rows: BTreeMap<String, u64>,
    /// The tables for which no row was found.
    pub without: Vec<Without>,
}

/// A table for which no row was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// The table; without the schema if that is the home schema.
    pub table: String,
    /// The constraint that no row met, or that the last row did not meet.
    pub constraint: Option<String>,
    /// Why: a clause, or what the server said.
    pub reason: String,
    /// The statement that fails with an error of code that is broken, such as the function of a trigger.
    pub fails_in_code: Option<String>,
}

impl Without {
    pub(super) fn new(
        table: &str,
        constraint: Option<String>,
        reason: impl Into<String>,
    ) -> Without {
        Without { table: table.to_owned(), constraint, reason: reason.into(), fails_in_code: None }
    }
}
