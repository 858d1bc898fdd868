//! `GAUNTLET_KEEP=1`: what a failed test worked on is left in place.

use std::sync::Arc;

use crate::isolation::Sandbox;

/// Whether the user asked to keep the databases of failed tests.
pub(crate) fn wanted() -> bool {
    std::env::var_os("GAUNTLET_KEEP").is_some_and(|v| !v.is_empty() && v != "0")
}

/// Closes a sandbox, or keeps it when its test failed and the user asked for that. Returns the line to tell: how to
/// open what was kept, or why something is left.
///
/// A sandbox that somebody else still holds is left to the last holder's drop.
pub(crate) async fn close(sandbox: Arc<Sandbox>, failed: bool) -> Option<String> {
    let sandbox = Arc::into_inner(sandbox)?;
    let name = sandbox.name().to_owned();
    if failed && wanted() {
        return Some(match sandbox.keep().await {
            Ok(kept) => format!("kept {name}: {}\nto remove it: {}", kept.psql, kept.remove),
            Err(error) => format!("failed to keep {name}: {error}"),
        });
    }
    let error = sandbox.close().await.err()?;
    Some(format!("{name} is left to a later run, which sweeps it: {error}"))
}
