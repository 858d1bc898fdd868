//! A database that tests share, and a case in it.

use expect_test::Expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::Server;
use sqlx::Connection as _;

use crate::support::{Case, context, embedded};

/// A database in the place of the user's, which tests share where their role may not create databases.
pub(super) struct Shared {
    pub(super) database: Sandbox,
    /// Leads to it as a role that owns everything in it and may create no database.
    pub(super) url: String,
}

/// A member of the administrator, so that it owns what he owns.
const TENANT: &str = "DO $$ BEGIN
    CREATE ROLE outside_tenant LOGIN;
    EXECUTE format('GRANT %I TO outside_tenant', current_user);
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$ LANGUAGE plpgsql";

impl Shared {
    pub(super) fn new(before: &'static str) -> Shared {
        block_on(async {
            let server = Server::shared(&embedded(), &context()).await.unwrap();
            let database =
                Sandbox::create(&server, Some(Isolation::Database), "shared").await.unwrap();
            let mut conn = database.connect().await.unwrap();
            // First, since the language may be dropped.
            sqlx::raw_sql(TENANT).execute(&mut conn).await.unwrap();
            sqlx::raw_sql(before).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            let url = database.url().replace("//postgres@", "//outside_tenant@");
            Shared { database, url }
        })
    }

    pub(super) fn case(&self, check: Check, files: &str) -> Case {
        let url = self.url.clone();
        Case::new(check, files).schema_only().with(move |suite| suite.db(url.clone()))
    }

    pub(super) fn end(self) {
        block_on(self.database.close()).unwrap();
    }
}

#[track_caller]
pub(super) fn outside(before: &'static str, check: Check, files: &str, expected: Expect) {
    let shared = Shared::new(before);
    shared.case(check, files).expect(expected);
    shared.end();
}
