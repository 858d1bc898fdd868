//! All that the expansion of `migration_suite` calls. Nothing here is for people, and anything may
//! change with any version: the macros and this crate are always of the same one.
//!
//! The expansion of a suite is a function beside the user's module that returns [`Tests`], and in
//! the module one call of a method of [`Tests`] for each test. That function alone names this
//! module, so that the path of the crate (`crate = ...`) is resolved where the user wrote it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::process::ExitCode;
use std::sync::{Mutex, OnceLock, PoisonError};

pub use gauntlet_model::__private::model;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::driver::{PgConnection, PgPool};
pub use gauntlet_runtime::engines::merged;
pub use gauntlet_runtime::history::shipped;
pub use gauntlet_runtime::history::{Irreversible, VersionId};
pub use gauntlet_runtime::isolation::Isolation;
pub use gauntlet_runtime::naming::NameKind;
use gauntlet_runtime::runtime::{block_on, blocking};
pub use gauntlet_runtime::stage::{Baseline, Seed, SeedFolder};
pub use gauntlet_runtime::suite::{
    InterruptedRules, LockRules, Migrated, PopulatedRules, QueryRules, Suite,
};
use gauntlet_runtime::suite::{IntoSuite, TestDb};

/// A suite that is built when the first of its tests runs, once for all of them.
#[derive(Debug, Default)]
pub struct Once(OnceLock<Suite>);

impl Once {
    /// Nothing built yet.
    pub const fn new() -> Once {
        Once(OnceLock::new())
    }

    /// The tests of the suite, which `build` makes at the first call.
    pub fn get(&'static self, build: impl FnOnce() -> Suite) -> Tests {
        Tests(self.0.get_or_init(build))
    }
}

/// The tests of a migrated database that have the same `key`: they share a suite, so that the history is read once for
/// all of them.
pub fn of_tests(key: &'static str, build: impl FnOnce() -> Suite) -> Tests {
    static SUITES: Mutex<BTreeMap<&str, &'static Suite>> = Mutex::new(BTreeMap::new());
    let mut suites = SUITES.lock().unwrap_or_else(PoisonError::into_inner);
    Tests(suites.entry(key).or_insert_with(|| Box::leak(Box::new(build()))))
}

/// A suite that is written elsewhere, for the module of this name.
pub fn suite(given: impl IntoSuite, name: &str) -> Suite {
    given.into_suite().named(name)
}

/// A version by its literal.
pub fn version(version: impl Into<VersionId>) -> VersionId {
    version.into()
}

/// The declaration that some versions have no way back.
pub fn irreversible<const N: usize>(versions: [VersionId; N]) -> Irreversible {
    Irreversible::Versions(versions.into())
}

/// The bodies of a suite's tests.
#[derive(Debug, Clone, Copy)]
pub struct Tests(&'static Suite);

/// The generated tests, each a check.
impl Tests {
    /// Runs the check of this name, and panics at its caller when it fails.
    #[track_caller]
    pub fn check(self, name: &str) {
        let check = Check::named(name).unwrap_or_else(|| panic!("there is no check `{name}`"));
        self.0.check(check);
    }
}

/// The user's own tests. What they return goes to the harness as it is; `failed` tells whether it
/// stands for a failure, which only the place that knows the type can say.
impl Tests {
    /// A test that takes its database by value.
    #[track_caller]
    pub fn run_with<D: Database, T>(
        self,
        test: &'static str,
        body: impl AsyncFnOnce(D) -> T,
        failed: impl FnOnce(Outcome<'_, T>) -> bool,
    ) -> T {
        let body = async |db| body(D::of(db).await).await;
        self.0.custom(test, body, |value| failed(Outcome(value, Passed)))
    }

    /// A test that borrows its database.
    #[track_caller]
    pub fn run_with_mut<D: Database, T>(
        self,
        test: &'static str,
        body: impl AsyncFnOnce(&mut D) -> T,
        failed: impl FnOnce(Outcome<'_, T>) -> bool,
    ) -> T {
        self.run_with(test, async |mut db: D| body(&mut db).await, failed)
    }

    /// An async test that needs no database: it gets the runtime only.
    pub fn run<T>(
        self,
        _test: &'static str,
        body: impl AsyncFnOnce() -> T,
        _failed: impl FnOnce(Outcome<'_, T>) -> bool,
    ) -> T {
        block_on(body())
    }
}

/// Tests that start from a migrated database.
impl Tests {
    /// An async test.
    #[track_caller]
    pub fn migrated<G: Given, T>(
        self,
        test: &'static str,
        start: &Migrated,
        body: impl AsyncFnOnce(G) -> T,
        failed: impl FnOnce(Outcome<'_, T>) -> bool,
    ) -> T {
        let body = async |db| body(G::of(db).await).await;
        self.0.migrated(test, start, body, |value| failed(Outcome(value, Passed)))
    }

    /// A test that is not async, for code that brings its own connections. It may block, and have a runtime of its own.
    #[track_caller]
    pub fn migrated_blocking<T>(
        self,
        test: &'static str,
        start: &Migrated,
        body: impl FnOnce(String) -> T,
        failed: impl FnOnce(Outcome<'_, T>) -> bool,
    ) -> T {
        let body = async |db: TestDb| blocking(|| body(db.url()));
        self.0.migrated(test, start, body, |value| failed(Outcome(value, Passed)))
    }
}

/// What a test of a migrated database can take.
#[diagnostic::on_unimplemented(
    message = "a test of a migrated database takes `db: gauntlet::TestDb`, `pool: sqlx::PgPool` or `conn: sqlx::PgConnection`",
    label = "`{Self}` is none of them"
)]
pub trait Given: Sized {
    /// The database, as the test takes it.
    fn of(db: TestDb) -> impl Future<Output = Self>;
}

impl Given for TestDb {
    async fn of(db: TestDb) -> TestDb {
        db
    }
}

impl Given for PgPool {
    async fn of(mut db: TestDb) -> PgPool {
        db.pool()
    }
}

impl Given for PgConnection {
    async fn of(db: TestDb) -> PgConnection {
        db.connect().await.unwrap_or_else(|error| panic!("{error:?}"))
    }
}

/// What a test can take; a trait, so that the compiler says in our words that a type is none.
#[diagnostic::on_unimplemented(
    message = "a test takes `db: gauntlet::TestDb` or `db: &mut gauntlet::TestDb`",
    label = "`{Self}` is not a test's database"
)]
pub trait Database: Sized {
    /// The database of a test, as the test takes it.
    fn of(db: TestDb) -> impl Future<Output = Self>;
}

impl Database for TestDb {
    async fn of(db: TestDb) -> TestDb {
        db
    }
}

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl Database for crate::sqlx_0_8::TestDb {
    async fn of(db: TestDb) -> Self {
        let opened = crate::sqlx_0_8::TestDb::of(db).await;
        opened.unwrap_or_else(|error| panic!("failed to connect with sqlx 0.8: {error}"))
    }
}

/// What a test has returned. `is_failure` can be asked of every type: those that can stand for a
/// failure have a method of their own, all others are dereferenced to [`Passed`].
#[derive(Debug)]
pub struct Outcome<'a, T>(&'a T, Passed);

impl<T, E> Outcome<'_, Result<T, E>> {
    /// Returns true if it is an `Err`.
    pub fn is_failure(&self) -> bool {
        self.0.is_err()
    }
}

impl Outcome<'_, ExitCode> {
    /// Returns true if it is not success.
    pub fn is_failure(&self) -> bool {
        *self.0 != ExitCode::SUCCESS
    }
}

impl<T> Deref for Outcome<'_, T> {
    type Target = Passed;

    fn deref(&self) -> &Passed {
        &self.1
    }
}

/// The outcome of a test whose type does not tell failure.
#[derive(Debug)]
pub struct Passed;

impl Passed {
    /// Never.
    pub fn is_failure(&self) -> bool {
        false
    }
}
