//! The lease that a stage gives back at its end: its database or schema, and the right to create roles.

use std::sync::{Arc, LazyLock};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::roles::RoleGuard;
use crate::at_exit::settle_before_exit;
use crate::finding::Leftover;
use crate::isolation::{Isolation, Sandbox};
use crate::runtime::in_background;
use crate::sink::Sink;

/// How many databases on a server of the user's a process removes at the same time beside its tests. Each takes a connection;
/// the server waits for the same checkpoint with all of them.
const AT_A_TIME: usize = 4;

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
    /// Who is told that a database could not be removed after its test.
    pub(super) sink: Arc<dyn Sink>,
}

impl Lease {
    /// Removes the database or schema, or keeps it when its test failed and the user asked for that, and then lets go of
    /// the roles that were created in it. Returns what is still in place, and why.
    ///
    /// A sandbox that somebody else still holds is left to the last holder.
    pub(crate) async fn close(self, failed: bool) -> Option<Leftover> {
        let Lease { sandbox, roles, keep: wanted, sink } = self;
        let leftover = match Arc::into_inner(sandbox) {
            Some(sandbox) if failed && wanted => Some(keep(sandbox).await),
            // With roles it has to be gone first: what is in it may belong to them.
            Some(sandbox) if roles.is_none() && !wanted && may_go_later(&sandbox) => {
                drop_later(sandbox, sink).await;
                None
            }
            Some(sandbox) => drop_now(sandbox).await,
            None => None,
        };
        RoleGuard::release(roles).await;
        leftover
    }
}

/// Whether it may be removed in the background. In the database of a schema other tests may work, which would see what still
/// exists.
fn may_go_later(sandbox: &Sandbox) -> bool {
    sandbox.isolation() == Isolation::Database
}

/// Removes a database in the background. What still exists at the end of the process is swept by the next one, or goes with
/// the server, where that is our own; on a server of the user's, the process waits for it before it ends.
async fn drop_later(sandbox: Sandbox, sink: Arc<dyn Sink>) {
    static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_A_TIME)));
    if sandbox.server().is_embedded() {
        return drop(sandbox);
    }
    settle_before_exit();
    // It is never closed.
    let place = Arc::clone(&PLACES).acquire_owned().await;
    let removal = Box::pin(async move {
        if let Some(left) = drop_now(sandbox).await {
            sink.report(&format!("{left}\n"));
        }
        drop(place);
    });
    in_background(&Handle::current(), removal);
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
