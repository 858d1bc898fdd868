//! What a command works with.

use std::path::PathBuf;

use gauntlet_runtime::env::Env;

/// What a command works with.
pub(crate) struct Workplace {
    /// The folder in which the command was called; relative paths start there.
    pub(crate) folder: PathBuf,
    /// The environment.
    pub(crate) env: Env,
}
