//! Where the working session of a process is kept while it does nothing; see [`worker`](super::worker).

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::driver::PgConnection;

/// The session that does nothing at the moment.
#[derive(Default)]
pub(super) struct Resting(Mutex<Slot>);

#[derive(Default)]
struct Slot {
    connection: Option<PgConnection>,
    /// How many have been put here.
    rested: u64,
}

impl Resting {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Option<PgConnection> {
        self.slot().connection.take()
    }

    /// Puts a session here. Gives back the one that was here.
    pub(super) fn put(&self, connection: PgConnection) -> (u64, Option<PgConnection>) {
        let mut slot = self.slot();
        slot.rested += 1;
        (slot.rested, slot.connection.replace(connection))
    }

    /// Takes the session that was the `number`th to be put here, if it still rests.
    pub(super) fn take_if(&self, number: u64) -> Option<PgConnection> {
        let mut slot = self.slot();
        if slot.rested == number { slot.connection.take() } else { None }
    }
}
