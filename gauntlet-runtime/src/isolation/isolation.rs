//! The two ways to isolate a test.

use std::fmt;

use crate::server::Server;

/// The isolation of one test's objects from those of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// A database of its own.
    Database,
    /// A schema of its own, first on `search_path`, in the database that the server's source names.
    Schema,
}

impl Isolation {
    /// The isolation where none was asked for: a database where the role may create one.
    #[doc(hidden)]
    pub fn usual(server: &Server) -> Self {
        if server.can_create_databases() { Self::Database } else { Self::Schema }
    }

    /// The SQL word for such a sandbox.
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::Database => "DATABASE",
            Self::Schema => "SCHEMA",
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "database",
            Self::Schema => "schema",
        })
    }
}
