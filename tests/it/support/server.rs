//! The embedded servers of one run of the tests.
//!
//! A run, that is one `cargo test`, has servers of its own: what another process does on the user's embedded server,
//! such as a second run in another clone, changes nothing here. A server is gone a few seconds after its last user.

use gauntlet_runtime::server::{Embedded, SourceContext};

/// Names the run to processes that the tests start.
pub(crate) const RUN: &str = "GAUNTLET_TEST_RUN";

/// The embedded server of this run.
pub(crate) fn embedded() -> Embedded {
    gauntlet_runtime::server::embedded().setting("cluster_name", run())
}

/// The environment of this process, in which sources resolve.
pub(crate) fn context() -> SourceContext {
    SourceContext::default().with_environment(std::env::vars_os())
}

/// The name of this run: that of the process that started the test binaries, `cargo test` or `cargo nextest run`.
pub(crate) fn run() -> String {
    std::env::var(RUN)
        .unwrap_or_else(|_| format!("gauntlet-tests-{}", std::os::unix::process::parent_id()))
}
