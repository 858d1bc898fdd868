//! Running a custom test: an own database before it, its removal after it, whatever the test did.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tracing::Instrument as _;

use super::{Migrated, Suite, TestDb};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::finding::{Finding, Leftover, Severity};
use crate::isolation::{Seat, swept};
use crate::runtime::block_on;
use crate::stage::{Observations, once};

/// One run of a custom test.
#[derive(Debug)]
pub(crate) struct CustomRun<T> {
    /// The value that the body returned, or its panic.
    pub(crate) result: thread::Result<T>,
    /// Set if the test failed by itself.
    pub(crate) failed: bool,
    pub(crate) remains: Remains,
}

/// What a database leaves, in all.
#[derive(Debug)]
pub(crate) struct Remains {
    /// Findings on what migrations changed outside of the test's schema.
    pub(crate) outside: Vec<Finding>,
    /// Databases and schemas that are still in place.
    pub(crate) leftovers: Vec<Leftover>,
}

impl Remains {
    /// What stages have observed, and what was left when the last one was closed.
    pub(crate) fn of(observations: &Observations, left: Option<Leftover>) -> Remains {
        let mut outside = once(&observations.all());
        outside.retain(|finding| finding.severity == Severity::Failure);
        let leftovers = observations.leftovers().into_iter().chain(left).collect();
        Remains { outside, leftovers }
    }
}

/// A database that ends by itself; see [`TestDb::at_end`].
pub(crate) struct Opened {
    pub(crate) db: TestDb,
    /// The right to use the server.
    pub(crate) seat: Option<Seat>,
    pub(crate) observations: Observations,
}

impl Suite {
    /// Runs `body` with an isolated database at base, or where `start` says. `failed` returns true for a value that means a failed test.
    ///
    /// # Errors
    ///
    /// The reason, as text, why the database cannot be made.
    pub(crate) fn run_custom<T>(
        &self,
        test: &str,
        start: Option<&Migrated>,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> Result<CustomRun<T>, String> {
        let (db, cx) = block_on(self.database_for(test, start))?;
        let lease = db.lease();
        let span = db.span();
        let result = catch_unwind(AssertUnwindSafe(|| block_on(body(db).instrument(span))));
        let failed = result.as_ref().map_or(true, failed);
        // Removes the database, or keeps it, and the roles.
        let left = block_on(async {
            let left = lease.close(failed).await;
            swept().await;
            left
        });
        let (_seat, observations) = cx.into_parts();
        Ok(CustomRun { result, failed, remains: Remains::of(&observations, left) })
    }

    /// A database where `start` says, and what has to exist as long as it.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) async fn open(&self, test: &str, start: &Migrated) -> Result<Opened> {
        let cx = Context::new(&self.settings, &self.shared)?;
        let db = TestDb::migrated(&cx, test, start).await?;
        let (seat, observations) = cx.into_parts();
        Ok(Opened { db, seat, observations })
    }

    /// An isolated database, and its context.
    async fn database_for(
        &self,
        test: &str,
        start: Option<&Migrated>,
    ) -> Result<(TestDb, Context<'_>), String> {
        let text = |error: &Error| format!("{error:?}");
        let cx = Context::new(&self.settings, &self.shared).map_err(|error| text(&error))?;
        let db = match start {
            None => TestDb::create(&cx, test).await,
            Some(start) => TestDb::migrated(&cx, test, start).await,
        };
        let db = db.map_err(|error| text(&error))?;
        Ok((db, cx))
    }
}
