//! `GAUNTLET_KEEP=1`: what a failed test worked on is left in place.

use std::sync::Arc;

use crate::isolation::Sandbox;

/// Whether the user asked to keep the databases of failed tests.
pub(crate) fn wanted() -> bool {
    std::env::var_os("GAUNTLET_KEEP").is_some_and(|v| !v.is_empty() && v != "0")
}

/// Closes a sandbox, or keeps it when its test failed and the user asked for that. Returns the line to tell.
///
/// A sandbox that somebody else still holds is left to the last holder's drop.
pub(crate) async fn close(sandbox: Arc<Sandbox>, failed: bool) -> Option<String> {
    let sandbox = Arc::into_inner(sandbox)?;
    if failed && wanted() {
        let line = format!("kept {} (GAUNTLET_KEEP): {}", sandbox.name(), sandbox.psql());
        sandbox.keep().await;
        return Some(line);
    }
    sandbox.close().await;
    None
}
