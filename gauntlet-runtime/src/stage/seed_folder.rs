//! A folder of seeds: one file a version, found by the file's name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::config::PlannedSeed;
use super::seed::{Seed, When};
use crate::error::SeedsError;
use crate::history::{History, VersionId};

/// A folder of SQL files, each named after the version whose tables it fills: `20240105_add_status.sql`, `20240105.sql` or
/// `add_status.sql`.
///
/// A file is planted right after its version was applied for the first time, so that the version's own down and every later
/// version run on rows. One whose name ends in `.before.sql` is planted before its version. Other files are left alone.
#[derive(Debug, Clone)]
pub struct SeedFolder {
    folder: PathBuf,
    required: Required,
}

/// The versions that have to have a seed.
#[derive(Debug, Clone)]
enum Required {
    None,
    All,
    From(VersionId),
}

impl SeedFolder {
    /// The files of this folder. A relative path starts at the crate's folder.
    pub fn new(folder: impl Into<PathBuf>) -> SeedFolder {
        SeedFolder { folder: folder.into(), required: Required::None }
    }

    /// Every version has to have a seed: `single_head` reports those that have none.
    #[must_use]
    pub fn required(mut self) -> SeedFolder {
        self.required = Required::All;
        self
    }

    /// This version and those after it have to have a seed: `single_head` reports those that have none.
    #[must_use]
    pub fn required_from(mut self, version: impl Into<VersionId>) -> SeedFolder {
        self.required = Required::From(version.into());
        self
    }

    /// The folder, as given.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns true if this version has to have a seed.
    pub(crate) fn requires(&self, version: &VersionId, history: &History) -> bool {
        match &self.required {
            Required::None => false,
            Required::All => true,
            Required::From(first) => {
                first.matches(version) || !history.is_at_or_below(version, first)
            }
        }
    }

    /// The seeds of the folder, in the order of their files' names.
    pub(crate) fn read(
        &self,
        manifest_dir: &Path,
        history: &History,
    ) -> Result<Vec<PlannedSeed>, SeedsError> {
        let unreadable = |error| SeedsError::Folder { folder: self.folder.clone(), error };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(manifest_dir.join(&self.folder)).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.strip_suffix(".sql").is_some() && !entry.path().is_dir() {
                names.push(name);
            }
        }
        names.sort();
        let planned = names.into_iter().map(|name| {
            let stem = name.strip_suffix(".sql").unwrap_or(&name);
            let (wanted, when) = match stem.strip_suffix(".before") {
                Some(wanted) => (wanted, When::Before),
                None => (stem, When::At),
            };
            let file = self.folder.join(&name);
            match history.find(wanted) {
                Ok(index) => Ok(PlannedSeed {
                    version: history.migrations()[index].id().clone(),
                    when,
                    seed: Arc::new(Seed::file(file)),
                }),
                Err(unknown) => Err(SeedsError::Stale { file, unknown }),
            }
        });
        planned.collect()
    }
}

impl<P: Into<PathBuf>> From<P> for SeedFolder {
    fn from(folder: P) -> SeedFolder {
        SeedFolder::new(folder)
    }
}
