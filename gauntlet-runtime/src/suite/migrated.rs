//! Where a test starts that wants a migrated database.

use std::path::PathBuf;

use super::VersionArg;
use crate::stage::Seed;

/// Where a test starts that wants a migrated database: at head, or at a version, with rows.
#[derive(Debug, Default)]
pub struct Migrated {
    pub(super) at: Option<String>,
    pub(super) fixtures: Vec<Seed>,
}

impl Migrated {
    /// At head, without rows but those that the migrations insert.
    pub fn new() -> Migrated {
        Migrated::default()
    }

    /// At this version, which is the last that is applied.
    #[must_use]
    pub fn at(mut self, version: impl VersionArg) -> Migrated {
        self.at = Some(version.to_text());
        self
    }

    /// With the rows of a SQL file, relative to the crate's folder. Several are run in the order in which they are given.
    #[must_use]
    pub fn fixture(mut self, file: impl Into<PathBuf>) -> Migrated {
        self.fixtures.push(Seed::file(file));
        self
    }
}
