//! How long the databases of tests are there. `GAUNTLET_KEEP=1`: what a failed test worked on is left in place.

use std::sync::Arc;

use super::observers::roles::RoleGuard;
use crate::isolation::{Isolation, Sandbox};

/// Whether the user asked to keep the databases of failed tests.
pub(crate) fn wanted() -> bool {
    std::env::var_os("GAUNTLET_KEEP").is_some_and(|v| !v.is_empty() && v != "0")
}

/// Closes a sandbox, or keeps it when its test failed and the user asked for that, and lets go of the roles that were made
/// in it. Returns the line to tell: how to open what was kept, or why something is left.
///
/// A sandbox that somebody else still holds is left to the last holder's drop.
pub(crate) async fn close(
    sandbox: Arc<Sandbox>,
    roles: Option<Arc<RoleGuard>>,
    failed: bool,
) -> Option<String> {
    let line = match Arc::into_inner(sandbox) {
        Some(sandbox) if failed && wanted() => Some(keep(sandbox).await),
        // With roles it has to be gone first: what is in it may be theirs.
        Some(sandbox) if roles.is_none() && nobody_waits_for(&sandbox) => {
            drop(sandbox);
            None
        }
        Some(sandbox) => drop_now(sandbox).await,
        None => None,
    };
    RoleGuard::release(roles).await;
    line
}

/// Whether it may be taken away in the background. What is still there at the end of the process is swept by the next one, or
/// goes with the server, which has to be ours for that and not to be kept. In a schema's database others may work, who look
/// for what is there beside theirs.
fn nobody_waits_for(sandbox: &Sandbox) -> bool {
    sandbox.isolation() == Isolation::Database && sandbox.server().is_embedded() && !wanted()
}

async fn keep(sandbox: Sandbox) -> String {
    let name = sandbox.name().to_owned();
    match sandbox.keep().await {
        Ok(kept) => format!("kept {name}: {}\nto remove it: {}", kept.psql, kept.remove),
        Err(error) => format!("failed to keep {name}: {error}"),
    }
}

async fn drop_now(sandbox: Sandbox) -> Option<String> {
    let name = sandbox.name().to_owned();
    let error = sandbox.close().await.err()?;
    Some(format!("{name} is left to a later run, which sweeps it: {error}"))
}
