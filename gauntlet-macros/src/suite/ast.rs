//! A suite as it is emitted: read, validated, with every decision made.

use super::attr::{AtVersion, Settings};
use super::module::Module;
use crate::words::Check;

/// What is to be emitted.
pub(crate) struct Suite {
    pub(crate) settings: Settings,
    pub(crate) module: Module,
    pub(crate) at_versions: Vec<AtVersion>,
    pub(crate) tests: Vec<Generated>,
}

/// A generated test.
pub(crate) struct Generated {
    pub(crate) check: Check,
    /// Why it is shown as ignored, if it is.
    pub(crate) ignored: Option<String>,
}
