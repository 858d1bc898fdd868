//! The lease that a stage gives back at its end: its database or schema, and the right to create roles.

use std::sync::Arc;

use super::roles::RoleGuard;
use crate::finding::Leftover;
use crate::isolation::{Isolation, Sandbox};

/// A database or schema, and the right to create roles while it exists. Clones share both.
///
/// Whoever [closes](Lease::close) the last clone removes the database; where nobody does, the sandbox is removed in the
/// background.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) roles: Option<Arc<RoleGuard>>,
    /// True if the database of a failed test stays.
    pub(super) keep: bool,
}

impl Lease {
    /// Removes the database or schema, or keeps it when its test failed and the user asked for that, and then lets go of
    /// the roles that were created in it. Returns what is still in place, and why.
    ///
    /// A sandbox that somebody else still holds is left to the last holder.
    pub(crate) async fn close(self, failed: bool) -> Option<Leftover> {
        let Lease { sandbox, roles, keep: wanted } = self;
        let leftover = match Arc::into_inner(sandbox) {
            Some(sandbox) if failed && wanted => Some(keep(sandbox).await),
            // With roles it has to be gone first: what is in it may belong to them.
            Some(sandbox) if roles.is_none() && !wanted && may_go_later(&sandbox) => {
                drop(sandbox);
                None
            }
            Some(sandbox) => drop_now(sandbox).await,
            None => None,
        };
        RoleGuard::release(roles).await;
        leftover
    }
}

/// Whether it may be removed in the background. What still exists at the end of the process is swept by the next one, or
/// goes with the server, which has to be our own for that. In the database of a schema other tests may work, which would
/// see what still exists.
fn may_go_later(sandbox: &Sandbox) -> bool {
    sandbox.isolation() == Isolation::Database && sandbox.server().is_embedded()
}

async fn keep(sandbox: Sandbox) -> Leftover {
    let name = sandbox.name().to_owned();
    match sandbox.keep().await {
        Ok(kept) => Leftover::Kept { name, psql: kept.psql, remove: kept.remove },
        Err(error) => Leftover::NotKept { name, error: error.to_string() },
    }
}

async fn drop_now(sandbox: Sandbox) -> Option<Leftover> {
    let name = sandbox.name().to_owned();
    let error = sandbox.close().await.err()?;
    Some(Leftover::NotRemoved { name, error: error.to_string() })
}
