//! One query of a program.

use std::path::PathBuf;

use super::Shape;

/// A query with its place, and what the program was built with.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// The file, as seen from the crate; `None` for a text of the suite.
    pub(crate) file: Option<PathBuf>,
    /// The place in messages: `.sqlx/query-1a2b3c4d*.json`, `queries/users.sql:3`, `query 2 of queries`.
    pub(crate) place: String,
    /// The query.
    pub(crate) sql: String,
    /// What sqlx has recorded of it.
    pub(crate) recorded: Option<Shape>,
    /// It stands in the folder of the workspace, whose crates may use several databases.
    pub(crate) of_workspace: bool,
}

impl Query {
    /// The glob that excepts it; `None` for a text of the suite.
    pub(crate) fn as_exception(&self) -> Option<String> {
        match &self.recorded {
            Some(_) => Some(self.place.clone()),
            None => self.file.as_ref().map(|file| file.display().to_string()),
        }
    }

    /// The query on one line, cut where it is long.
    pub(crate) fn in_one_line(&self) -> String {
        const SHOWN: usize = 80;
        let line = self.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(SHOWN) {
            None => line,
            Some((end, _)) => format!("{}…", &line[..end]),
        }
    }
}
