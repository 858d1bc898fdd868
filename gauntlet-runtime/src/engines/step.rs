//! A step that was taken.

use std::fmt;
use std::time::Duration;

use super::SessionItem;
use crate::history::{Direction, Version};

/// A step that was taken.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The version that was applied or reverted.
    pub version: Version,
    /// The direction.
    pub direction: Direction,
    /// The time that the engine took, its bookkeeping included.
    pub duration: Duration,
    /// The things that the script left in its session.
    #[doc(hidden)]
    pub left: Vec<SessionItem>,
    /// The notices and warnings that the server sent while the script ran, such as `NOTICE: relation "t" already exists,
    /// skipping`. At most 200 of them.
    pub notices: Vec<String>,
    /// True if the script left a transaction open, whose work nobody else sees.
    pub(crate) open: bool,
    /// True if only a new connection is a new session after this step.
    pub(crate) unseen: bool,
    /// True if what is left in no visible way may decide the outcome of later steps.
    pub(crate) affects: bool,
    /// The server's statistics, where they were asked for and count everything that was written.
    pub(crate) counts: Option<Vec<i64>>,
}

/// `up 3_add_status: 1.2ms`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {:.1?}", self.direction, self.version, self.duration)
    }
}
