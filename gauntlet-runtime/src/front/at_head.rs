//! A migrated database for a test without an attribute, from any async function and from one that is not.
//!
//! The database is made and removed on the runtime of this library, whatever drives the test.

use std::future::IntoFuture;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, mpsc};
use std::thread;

use gauntlet_plan::SETTINGS_FILE;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::libtest::{leave, this_test};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::isolation::swept;
use crate::runtime::{BoxFuture, Concurrent, block_on, runtime, spawn};
use crate::suite::{Migrated, Opened, Remains, Suite, TestDb, VersionArg};

/// A database for a test, at head or at a version, that is made when this is awaited, or by [`blocking`](AtHead::blocking).
#[derive(Debug)]
#[must_use = "no database is made before this is awaited"]
pub struct AtHead {
    suite: Result<Arc<Suite>, String>,
    start: Migrated,
    test: String,
    /// Where the database was asked for.
    place: &'static Location<'static>,
}

impl TestDb {
    /// A migrated database of the test's own, for a test without `#[gauntlet::test]`: in any async function, with
    /// tokio or another runtime, and by [`blocking`](AtHead::blocking) in a plain one.
    ///
    /// ```no_run
    /// # use gauntlet_runtime::{error::Result, suite::TestDb};
    /// # async fn test() -> Result<()> {
    /// let mut db = TestDb::at_head().fixture("tests/fixtures/users.sql").await?;
    /// let pool = db.pool();
    /// # Ok(()) }
    /// ```
    ///
    /// The migrations are those in `migrations` of the crate whose tests cargo runs; [`Suite::at_head`] takes others. The
    /// database is removed when the value is dropped; with `GAUNTLET_KEEP=1` that of a test that panics stays.
    ///
    /// # Panics
    ///
    /// When the value is dropped, if in schema isolation a migration reached out of the test's schema.
    #[track_caller]
    pub fn at_head() -> AtHead {
        static SUITE: LazyLock<Result<Arc<Suite>, String>> =
            LazyLock::new(|| suite_of_this_crate(&Env::process()).map(Arc::new));
        AtHead::of(SUITE.clone())
    }
}

impl Suite {
    /// A database of a test's own with the migrations of this suite applied; see [`TestDb::at_head`].
    #[track_caller]
    pub fn at_head(self) -> AtHead {
        AtHead::of(Ok(Arc::new(self)))
    }
}

impl AtHead {
    #[track_caller]
    fn of(suite: Result<Arc<Suite>, String>) -> AtHead {
        AtHead { suite, start: Migrated::new(), test: this_test(), place: Location::caller() }
    }

    /// At this version, which is the last that is applied.
    pub fn at(mut self, version: impl VersionArg) -> AtHead {
        self.start = self.start.at(version);
        self
    }

    /// With the rows of a SQL file, relative to the crate's folder. Several are run in the order in which they are given.
    pub fn fixture(mut self, file: impl Into<PathBuf>) -> AtHead {
        self.start = self.start.fixture(file);
        self
    }

    /// Makes the database and waits for it, in a function that is not async.
    ///
    /// # Errors
    ///
    /// As when it is awaited: a version does not apply, no version fits, a fixture fails, or no server can be found. When it
    /// is called in an async function, which has to await it instead.
    ///
    pub fn blocking(self) -> Result<TestDb> {
        if Handle::try_current().is_ok() {
            let text = "`blocking()` was called in an async function: write `.await` in its place";
            return Err(Error::Usage(text.to_owned()));
        }
        block_on(self.make())
    }

    async fn make(self) -> Result<TestDb> {
        let suite = self.suite.map_err(Error::Usage)?;
        let Opened { mut db, seat, observations } = suite.open(&self.test, &self.start).await?;
        let lease = db.lease();
        db.at_end(move || {
            let failed = thread::panicking();
            let (sender, left) = mpsc::channel();
            let close = async move {
                let left = lease.close(failed).await;
                swept().await;
                drop(seat);
                // The receiver waits for it.
                drop(sender.send(left));
            };
            drop(spawn(runtime().handle(), Box::pin(close)));
            let left = waiting(|| left.recv().ok().flatten());
            leave(&Remains::of(&observations, left), failed, self.place);
        });
        Ok(db)
    }
}

impl IntoFuture for AtHead {
    type Output = Result<TestDb>;
    type IntoFuture = BoxFuture<'static, Result<TestDb>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            // A connection belongs to the runtime that opened it, and the test's runtime may end before others have used
            // what they share with it.
            let made = Concurrent::start_on(runtime().handle(), Box::pin(self.make()));
            made.join().await
        })
    }
}

/// The suite of the crate whose tests this process runs.
fn suite_of_this_crate(env: &Env) -> Result<Suite, String> {
    let folder = env.file("CARGO_MANIFEST_DIR").ok_or(
        "cannot find the crate of this test, since CARGO_MANIFEST_DIR is not set: run it with cargo, or name the crate by \
         Suite::new(\"tests\", env!(\"CARGO_MANIFEST_DIR\")).at_head()",
    )?;
    let file = folder.join(SETTINGS_FILE);
    if file.exists() {
        return Err(format!(
            "{} has settings that are read when an attribute is compiled: write #[gauntlet::test] in place of \
             TestDb::at_head(), or give what this test needs by Suite::new(\"tests\", env!(\"CARGO_MANIFEST_DIR\")).at_head()",
            file.display()
        ));
    }
    Ok(Suite::new("at_head", folder))
}

/// Runs work that waits for the runtime of this library, on whatever thread it is called.
fn waiting<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|current| current.runtime_flavor()) {
        // The other tasks of this thread go on in another one.
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
