//! Running a custom test: an own database before it, its removal after it, whatever the test did.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tracing::Instrument as _;

use super::roles::RoleGuard;
use super::runtime::block_on;


use super::{Context, Suite, TestDb, keep};

impl Suite {
    /// Gives `body` an own isolated database at base and returns what it returns.
    ///
    /// `failed` tells whether the returned value stands for a failed test; with `GAUNTLET_KEEP=1` the database
    /// then stays, as it does when the body panics.
    ///
    /// # Panics
    ///
    /// When the database cannot be made, with the reason; and when the body panics.
    #[track_caller]
    pub fn custom<T>(
        &self,
        test: &str,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        let made = block_on(async {
            let cx = Context::new(self)?;
            TestDb::create(&cx, test).await
        });
        let db = match made {
            Ok(db) => db,
            Err(error) => panic!("{error:?}"),
        };
        let (sandbox, roles) = (db.sandbox(), db.roles());
        let span = db.span();
        let result = catch_unwind(AssertUnwindSafe(|| block_on(body(db).instrument(span))));
        let failed = result.as_ref().map_or(true, failed);
        if let Some(line) = block_on(keep::close(sandbox, failed)) {
            eprintln!("{line}");
        }
        block_on(RoleGuard::release(roles));
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
