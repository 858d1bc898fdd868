//! The rules of the check `populated`.

use crate::history::VersionId;

/// The rules of the check `populated`: which versions it judges, and which of them may fail on rows.
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::suite::PopulatedRules;
///
/// let rules = PopulatedRules::new().all().allow([20240105]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PopulatedRules {
    pub(crate) all: bool,
    pub(crate) allow: Vec<VersionId>,
}

impl PopulatedRules {
    /// Every new version is judged, without exceptions.
    pub fn new() -> PopulatedRules {
        PopulatedRules::default()
    }

    /// Judges every version, not only those that have not shipped. Default: those that have not shipped.
    #[must_use]
    pub fn all(mut self) -> PopulatedRules {
        self.all = true;
        self
    }

    /// Versions that may fail on generated rows or lose some of them, because production has no such rows: what is found
    /// in them is noted. Default: none.
    #[must_use]
    pub fn allow(
        mut self,
        versions: impl IntoIterator<Item = impl Into<VersionId>>,
    ) -> PopulatedRules {
        self.allow.extend(versions.into_iter().map(Into::into));
        self
    }
}
