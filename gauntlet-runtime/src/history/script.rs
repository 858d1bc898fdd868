//! One script of a migration.

use std::path::{Path, PathBuf};

use crate::sql::{self, SqlText};

/// One script of a migration: its text, where it was read, and whether the engine runs it in a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// The file, as it is shown: relative to the crate that owns the suite where it lies inside it; `None` for a script
    /// that was compiled in.
    pub file: Option<PathBuf>,
    /// The SQL.
    pub text: SqlText,
    /// True if the engine runs it in a transaction.
    pub transactional: bool,
}

impl Script {
    /// A script without a file, in a transaction.
    pub fn new(text: impl Into<SqlText>) -> Script {
        Script { file: None, text: text.into(), transactional: true }
    }

    /// The same, read from this file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<PathBuf>) -> Script {
        self.file = Some(file.into());
        self
    }

    /// The same, in a transaction or not.
    #[must_use]
    pub fn transactional(mut self, transactional: bool) -> Script {
        self.transactional = transactional;
        self
    }

    /// The file, if there is one.
    #[doc(hidden)]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The SQL.
    #[doc(hidden)]
    pub fn sql(&self) -> &str {
        &self.text
    }

    /// Returns true if the script holds no statement.
    pub fn is_blank(&self) -> bool {
        sql::is_blank(&self.text)
    }
}
