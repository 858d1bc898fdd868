//! Databases, schemas and roles that a run left in place.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A database or schema that is still there after the test that used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Leftover {
    /// Kept because the test failed and `GAUNTLET_KEEP` is set.
    Kept {
        /// The name of the database or schema.
        name: String,
        /// The command that opens it.
        psql: String,
        /// The command that removes it.
        remove: String,
    },
    /// Should have been kept, and could not be.
    NotKept {
        /// The name of the database or schema.
        name: String,
        /// The reason.
        error: String,
    },
    /// Could not be removed; a later run removes it.
    NotRemoved {
        /// The name of the database or schema.
        name: String,
        /// The reason.
        error: String,
    },
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leftover::Kept { name, psql, remove } => {
                write!(f, "kept {name}: {psql}\nto remove it: {remove}")
            }
            Leftover::NotKept { name, error } => write!(f, "failed to keep {name}: {error}"),
            Leftover::NotRemoved { name, error } => {
                write!(f, "failed to remove {name}, which a later run removes: {error}")
            }
        }
    }
}
