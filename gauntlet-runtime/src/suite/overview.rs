//! The whole of a suite, for a report that is looked at: the versions, and the schema at head.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Suite;
use crate::catalog::Catalog;
use crate::context::Context;
use crate::error::Error;
use crate::history::{Migration, Version};

/// The whole of a suite.
#[derive(Debug)]
pub struct Overview {
    /// The versions, in the order of the history.
    pub versions: Vec<VersionOverview>,
    /// The schema at head, or why it is not known.
    pub schema: Result<Arc<Catalog>, Arc<Error>>,
}

/// A version of the history.
#[derive(Debug)]
pub struct VersionOverview {
    /// The version.
    pub version: Version,
    /// The file of its up, as seen from the crate.
    pub file: Option<PathBuf>,
    /// True if it has a down script.
    pub has_down: bool,
    /// Whether it is new; `None` where it is not known what has shipped.
    pub new: Option<bool>,
}

impl Suite {
    /// The whole of the suite. Checks that compare need the same schema, so that it is found once.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    #[doc(hidden)]
    pub async fn overview(&self) -> Result<Overview, Arc<Error>> {
        let cx = Context::new(&self.settings, &self.shared)?;
        // Where it cannot be found, the check `shipped` says why.
        let shipped = cx.shipped().ok().flatten();
        let version = |migration: &Migration| VersionOverview {
            version: migration.version().clone(),
            file: migration.up().file().map(Path::to_path_buf),
            has_down: migration.down().is_some(),
            new: shipped.as_ref().map(|shipped| shipped.is_new(migration.id())),
        };
        let versions = cx.whole_history().migrations().iter().map(version).collect();
        let schema = match cx.history().runnable() {
            Ok(()) => cx.head().await,
            Err(error) => Err(Arc::new(error.into())),
        };
        Ok(Overview { versions, schema })
    }

    /// The name of the suite's folder: relative paths of findings start there.
    #[doc(hidden)]
    pub fn folder(&self) -> &Path {
        &self.settings.manifest_dir
    }
}
