//! What a crate on sqlx 0.8 names in a workspace in which another crate has its tests on sqlx 0.9.
//!
//! With the feature `sqlx-0_8` alone, [`TestDb`](crate::TestDb) and [`Seed`](crate::Seed) are on 0.8, and nothing of this
//! module is needed. Cargo builds the tests of a workspace with the features of all of its crates, so in a workspace with
//! both versions they are on 0.9; the names here are on 0.8 in either case:
//!
//! ```
//! # use gauntlet::sqlx_0_8 as _;
//! async fn backfill(mut db: gauntlet::sqlx_0_8::TestDb) -> gauntlet::Result<()> {
//!     db.upgrade().await?;
//!     let _connection = db.conn();
//!     Ok(())
//! }
//! ```
//!
//! `derive(gauntlet::Model)`, `migrations = &MIGRATOR` and `?` on a `sqlx::Error` work with both versions at once.

#[cfg(not(feature = "sqlx-0_9"))]
mod only {
    use gauntlet_runtime::driver::PgConnection;

    pub use crate::TestDb;
    use crate::{Result, Seed};

    /// [`Seed::run`] on sqlx 0.8.
    pub fn seed(
        code: impl AsyncFn(&mut PgConnection) -> Result<()> + Send + Sync + 'static,
    ) -> Seed {
        Seed::run(code)
    }
}

#[cfg(feature = "sqlx-0_9")]
mod both {
    use std::ops::{Deref, DerefMut};

    use gauntlet_runtime::driver::{PgConnection08, PgPool08, connect_08, pool_08};

    use crate::{Result, Seed};

    /// [`Seed::run`] on sqlx 0.8.
    pub fn seed(
        code: impl AsyncFn(&mut PgConnection08) -> Result<()> + Send + Sync + 'static,
    ) -> Seed {
        Seed::run_08(code)
    }

    /// [`gauntlet::TestDb`](crate::TestDb) whose connections are of sqlx 0.8.
    ///
    /// All other methods are those of [`gauntlet::TestDb`](crate::TestDb), which this dereferences to. The migrations run on
    /// another connection than [`conn`](Self::conn).
    #[derive(Debug)]
    pub struct TestDb {
        db: crate::TestDb,
        conn: PgConnection08,
        pool: PgPool08,
    }

    impl TestDb {
        /// Connects to the database of a test.
        ///
        /// # Errors
        ///
        /// When the server refuses.
        pub async fn of(db: crate::TestDb) -> Result<TestDb> {
            let url = db.url();
            Ok(TestDb { db, conn: connect_08(&url).await?, pool: pool_08(&url)? })
        }

        /// A connection, for queries with sqlx.
        pub fn conn(&mut self) -> &mut PgConnection08 {
            &mut self.conn
        }

        /// A pool of connections to this database, for code under test that wants one, with at most five connections.
        pub fn pool(&mut self) -> PgPool08 {
            self.pool.clone()
        }
    }

    impl Deref for TestDb {
        type Target = crate::TestDb;

        fn deref(&self) -> &crate::TestDb {
            &self.db
        }
    }

    impl DerefMut for TestDb {
        fn deref_mut(&mut self) -> &mut crate::TestDb {
            &mut self.db
        }
    }
}

#[cfg(feature = "sqlx-0_9")]
pub use both::{TestDb, seed};
#[cfg(not(feature = "sqlx-0_9"))]
pub use only::{TestDb, seed};
