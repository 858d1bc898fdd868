//! Running a custom test: an own database before it, its removal after it, whatever the test did.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tracing::Instrument as _;

use super::{Suite, TestDb};
use crate::context::Context;
use crate::finding::Severity;
use crate::runtime::block_on;

impl Suite {
    /// Gives `body` an own isolated database at base and returns what it returns.
    ///
    /// `failed` tells whether the returned value stands for a failed test; with `GAUNTLET_KEEP=1` the database
    /// then stays, as it does when the body panics.
    ///
    /// # Panics
    ///
    /// When the database cannot be made, with the reason; when the body panics; and when it passes although, in schema
    /// isolation, a migration reached out of the test's schema.
    #[track_caller]
    pub fn custom<T>(
        &self,
        test: &str,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        let (db, cx) = self.database_for(test);
        let lease = db.lease();
        let span = db.span();
        let result = catch_unwind(AssertUnwindSafe(|| block_on(body(db).instrument(span))));
        let failed = result.as_ref().map_or(true, failed);
        // Removes the database, or keeps it and says where it is, and the roles.
        if let Some(line) = block_on(lease.close(failed)) {
            eprintln!("{line}");
        }
        let outside = failures_outside(&cx);
        match result {
            Ok(_) if !failed && !outside.is_empty() => panic!("{outside}"),
            Ok(value) => {
                eprint!("{outside}");
                value
            }
            Err(panic) => {
                eprint!("{outside}");
                resume_unwind(panic)
            }
        }
    }

    /// An own database at base, and the context it stands in.
    #[track_caller]
    fn database_for(&self, test: &str) -> (TestDb, Context<'_>) {
        let made = block_on(async {
            let cx =
                Context::new(&self.settings, &self.shared).map_err(|error| format!("{error:?}"))?;
            let db = TestDb::create(&cx, test).await.map_err(|error| format!("{error:?}"))?;
            Ok::<_, String>((db, cx))
        });
        match made {
            Ok(made) => made,
            Err(error) => panic!("{error}"),
        }
    }
}

/// What migrations did outside of the test's schema and must not, as text.
fn failures_outside(cx: &Context) -> String {
    let outside = cx.observed();
    outside.iter().filter(|f| f.severity == Severity::Failure).map(crate::report::finding).collect()
}
