//! One migration: a version with its scripts.

use std::path::PathBuf;

use super::{Direction, Script, Version, VersionId};

/// One migration: a version with its up and, where there is one, its down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    version: Version,
    up: Script,
    down: Option<Script>,
    /// Where a down would have to stand.
    down_file: Option<PathBuf>,
    /// What the layout says, where that is known.
    reversible: Option<bool>,
}

impl Migration {
    /// A migration without a way back.
    pub fn new(version: Version, up: Script) -> Migration {
        Migration { version, up, down: None, down_file: None, reversible: None }
    }

    /// The same with a down script.
    #[must_use]
    pub fn with_down(mut self, down: Script) -> Migration {
        self.down = Some(down);
        self
    }

    /// The same with the file in which a down would have to stand, for a migration that has none yet.
    #[must_use]
    pub fn with_down_file(mut self, file: impl Into<PathBuf>) -> Migration {
        self.down_file = Some(file.into());
        self
    }

    /// The same, laid out to be reversible or not. Default: reversible if there is a down.
    #[must_use]
    pub fn reversible(mut self, reversible: bool) -> Migration {
        self.reversible = Some(reversible);
        self
    }

    /// Whether it is laid out to be reversible, even if its down is missing.
    pub fn is_reversible(&self) -> bool {
        self.reversible.unwrap_or(self.down.is_some())
    }

    /// The same migration of one of several histories.
    #[must_use]
    pub(crate) fn in_part(self, part: &str) -> Migration {
        Migration { version: self.version.in_part(part), ..self }
    }

    /// The same migration as the engine of its own history knows it.
    #[must_use]
    pub(crate) fn bare(mut self) -> Migration {
        self.version.id = self.version.id.bare().clone();
        self
    }

    /// The version and its name.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The version, as the engine records it.
    pub fn id(&self) -> &VersionId {
        &self.version.id
    }

    /// The script that applies the version.
    pub fn up(&self) -> &Script {
        &self.up
    }

    /// The script that reverts the version, if there is one.
    pub fn down(&self) -> Option<&Script> {
        self.down.as_ref()
    }

    /// The script of a direction, if there is one.
    pub fn script(&self, direction: Direction) -> Option<&Script> {
        match direction {
            Direction::Up => Some(&self.up),
            Direction::Down => self.down.as_ref(),
        }
    }

    /// The file in which the down stands, or in which it would have to stand.
    pub fn down_file(&self) -> Option<PathBuf> {
        match &self.down {
            Some(down) => down.file.clone(),
            None => self.down_file.clone(),
        }
    }
}
