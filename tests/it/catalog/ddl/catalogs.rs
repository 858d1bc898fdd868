//! Catalogs of scripts, and what is left between two of them after a plan.

use std::sync::Arc;

use gauntlet_runtime::catalog::{Catalog, DiffOptions, Difference, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair::mend;
use gauntlet_runtime::server::Server;
use sqlx::PgConnection;

use crate::support::oracle::load;

/// Makes `sql` real in a database of its own.
pub(super) async fn catalog_of(server: &Arc<Server>, sql: &str) -> Catalog {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "ddl").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    load(&mut conn, sql).await.unwrap();
    let catalog = read(&mut conn).await;
    drop(conn);
    sandbox.close().await.unwrap();
    catalog
}

pub(super) const SHOP: &str = "
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE TABLE users (id bigserial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE,
  plan text DEFAULT 'free' CHECK (plan IN ('free', 'pro')));
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE, status status NOT NULL DEFAULT 'new',
  kind varchar(10) CHECK (kind IN ('a', 'b')));
CREATE INDEX idx_orders_user ON orders (user_id) WHERE kind IN ('a', 'b');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TABLE users IS 'who may log in';
CREATE VIEW paid AS SELECT * FROM orders WHERE status = 'paid';
";

/// The differences that are left after the repair, partition children included.
pub(super) fn failures(expected: &Catalog, actual: &Catalog) -> Vec<String> {
    differences(expected, actual)
        .iter()
        .filter(|difference| difference.is_failure())
        .map(ToString::to_string)
        .collect()
}

pub(super) fn differences(expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
    expected.diff_with(actual, &DiffOptions::new().partition_children(true)).differences
}

pub(super) async fn read(conn: &mut PgConnection) -> Catalog {
    Catalog::read(conn, &ReadOptions::database()).await.unwrap()
}

/// Runs the plan from `actual` (which is in the database) to `expected`; what went wrong, or nothing.
pub(super) async fn mended(
    conn: &mut PgConnection,
    expected: &Catalog,
    actual: &Catalog,
) -> Vec<String> {
    let plan = mend(expected, actual, &differences(expected, actual));
    for step in &plan.steps {
        if let Err(error) = load(conn, &step.sql).await {
            return vec![format!("{error}, at: {}\nof:\n{}", step.sql, plan.script())];
        }
    }
    let mut left = failures(expected, &read(conn).await);
    if !left.is_empty() {
        left.push(format!("after:\n{}", plan.script()));
    }
    left
}
