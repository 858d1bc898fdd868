//! What the steps of a version took and changed, as a check saw them.

use std::time::Duration;

use crate::catalog::Difference;
use crate::history::VersionId;

/// What the first up and the first down of a version took in a check, and what its up changed.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionSteps {
    /// The version.
    pub version: VersionId,
    /// The time of its first up.
    pub up: Option<Duration>,
    /// The time of its first down.
    pub down: Option<Duration>,
    /// The changes of its up; `None` where the check did not compare.
    pub changes: Option<Vec<Difference>>,
}

impl VersionSteps {
    /// Nothing is known yet.
    pub(crate) fn of(version: VersionId) -> VersionSteps {
        VersionSteps { version, up: None, down: None, changes: None }
    }
}
