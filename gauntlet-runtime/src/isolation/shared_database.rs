//! The database in which this process makes its schemas, where the role may create databases.
//!
//! There is one for each server while any schema in it is in use, so that what a test makes outside of its schema is seen by
//! no other process, and by nothing that the user has. It goes with the last schema in it, or with a later sweep.

use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::Mutex;

use super::error::IsolationError;
use super::isolation::Isolation;
use super::registration::place;
use super::sandbox::Sandbox;
use crate::server::Server;

/// What the name of such a database says.
const LABEL: &str = "schemas";

type Cell = Arc<Mutex<Weak<Sandbox>>>;

/// The databases of this process, by the address of their server.
static SHARED: std::sync::Mutex<Vec<(String, Cell)>> = std::sync::Mutex::new(Vec::new());

impl Sandbox {
    /// As [`create`](Self::create); a schema is made in a database of this process, where the role may create one.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    ///
    /// # Cancel safety
    ///
    /// As [`create`](Self::create).
    pub async fn create_apart(
        server: &Arc<Server>,
        isolation: Isolation,
        label: &str,
    ) -> Result<Self, IsolationError> {
        match isolation {
            Isolation::Schema if server.can_create_databases() => {
                let within = of_process(server).await?;
                Self::schema(server, Some(within), label).await
            }
            _ => Self::create(server, Some(isolation), label).await,
        }
    }
}

/// The database of this process on a server: the one that is in use, or a new one.
async fn of_process(server: &Arc<Server>) -> Result<Arc<Sandbox>, IsolationError> {
    let place = place(server);
    let cell = {
        let mut all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = all.iter().find(|(other, _)| *other == place) {
            Arc::clone(cell)
        } else {
            let cell = Cell::default();
            all.push((place, Arc::clone(&cell)));
            cell
        }
    };
    let mut current = cell.lock().await;
    if let Some(database) = current.upgrade() {
        return Ok(database);
    }
    let database = Box::pin(Sandbox::create(server, Some(Isolation::Database), LABEL)).await?;
    let database = Arc::new(database);
    *current = Arc::downgrade(&database);
    Ok(database)
}
