//! The rules of the check `interrupted`.

use crate::history::VersionId;

/// The rules of the check `interrupted`: which versions it judges, and which of them may be left half done.
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::suite::InterruptedRules;
///
/// let rules = InterruptedRules::new().all().allow([20240105]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterruptedRules {
    pub(crate) all: bool,
    pub(crate) allow: Vec<VersionId>,
}

impl InterruptedRules {
    /// Every new version is judged, without exceptions.
    pub fn new() -> InterruptedRules {
        InterruptedRules::default()
    }

    /// Judges every version, not only those that have not shipped. Default: those that have not shipped.
    #[must_use]
    pub fn all(mut self) -> InterruptedRules {
        self.all = true;
        self
    }

    /// Versions that need not be able to run again after they were cut off, because somebody watches over them: what is
    /// found in them is noted. Default: none.
    #[must_use]
    pub fn allow(
        mut self,
        versions: impl IntoIterator<Item = impl Into<VersionId>>,
    ) -> InterruptedRules {
        self.allow.extend(versions.into_iter().map(Into::into));
        self
    }
}
