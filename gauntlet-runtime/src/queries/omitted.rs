//! Columns that an INSERT gives no value although they need one.

use std::fmt;

/// Such a column, and what asks for its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Omitted {
    pub(super) column: String,
    pub(super) table: String,
    /// The CHECK constraint; `None` for a NOT NULL, of the column or of its domain.
    pub(super) check: Option<String>,
}

impl fmt::Display for Omitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.column, self.table)?;
        match &self.check {
            Some(check) => write!(f, " (CHECK {check})"),
            None => Ok(()),
        }
    }
}

/// The columns as a list for people.
pub(crate) fn listed(omitted: &[Omitted]) -> String {
    omitted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The code of the error with which such an INSERT fails: the server looks at each NOT NULL before it looks at a CHECK.
pub(crate) fn code(omitted: &[Omitted]) -> &'static str {
    let not_null = omitted.iter().any(|column| column.check.is_none());
    if not_null { "23502" } else { "23514" }
}
