//! The seat of one check.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use super::error::IsolationError;
use super::registration::{Registered, registered};
use crate::runtime::in_background;
use crate::server::Server;

/// The time after which a process with several checks asks again for another seat.
const MORE: Duration = Duration::from_millis(500);

/// The right of one check to use a server, until it is dropped.
pub(crate) struct Seat {
    of: Arc<Registered>,
    permit: Option<OwnedSemaphorePermit>,
    runtime: Handle,
}

impl Seat {
    /// Waits until a check may use a server.
    ///
    /// # Errors
    ///
    /// The server does not answer, accepts too few connections for any check, or other processes use all of its seats and
    /// none of them has ended for half an hour.
    pub(crate) async fn take(server: &Arc<Server>) -> Result<Seat, IsolationError> {
        let of = registered(server).await?;
        let seats = &of.seats;
        let seat = |permit| {
            Ok(Seat { of: Arc::clone(&of), permit: Some(permit), runtime: Handle::current() })
        };
        if let Ok(permit) = seats.own.clone().try_acquire_owned() {
            return seat(permit);
        }
        let mut own = pin!(seats.own.clone().acquire_owned());
        loop {
            seats.grow().await;
            let wait = pin!(tokio::time::sleep(MORE));
            match select(own.as_mut(), wait).await {
                Either::Left((Ok(permit), _)) => return seat(permit),
                // Nobody closes it.
                Either::Left((Err(_), _)) => {
                    return Err(IsolationError::Ending { label: server.origin().to_owned() });
                }
                Either::Right(_) => {}
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        drop(self.permit.take());
        let of = Arc::clone(&self.of);
        // Whoever waits in this process has it already.
        if of.seats.has_spare() {
            in_background(&self.runtime, Box::pin(async move { of.seats.shrink().await }));
        }
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").finish_non_exhaustive()
    }
}
