//! A suite as it is emitted: read, validated, with every decision made.

use gauntlet_plan::Plan;

use super::attr::{AtVersion, Settings};
use super::module::Module;

/// The content of the expansion.
pub(crate) struct Suite {
    pub(crate) settings: Settings,
    pub(crate) module: Module,
    pub(crate) at_versions: Vec<AtVersion>,
    pub(crate) plan: Plan,
}
