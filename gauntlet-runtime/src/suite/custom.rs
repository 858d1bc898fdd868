//! Running a custom test: an own database before it, its removal after it, whatever the test did.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tracing::Instrument as _;

use super::{Migrated, Suite, TestDb};
use crate::context::Context;
use crate::error::Error;
use crate::finding::{Finding, Leftover, Severity};
use crate::isolation::swept;
use crate::runtime::block_on;

/// One run of a custom test.
#[derive(Debug)]
pub(crate) struct CustomRun<T> {
    /// The value that the body returned, or its panic.
    pub(crate) result: thread::Result<T>,
    /// Set if the test failed by itself.
    pub(crate) failed: bool,
    /// Findings on what migrations changed outside of the test's schema.
    pub(crate) outside: Vec<Finding>,
    /// Databases and schemas that are still in place.
    pub(crate) leftovers: Vec<Leftover>,
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
        let mut outside = cx.observed();
        outside.retain(|finding| finding.severity == Severity::Failure);
        let leftovers = cx.leftovers().into_iter().chain(left).collect();
        Ok(CustomRun { result, failed, outside, leftovers })
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
