//! The check against what is done by hand: statements up to some place, in a session that ends there, and then all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use fastrand::Rng;
use gauntlet_runtime::catalog::{Catalog, ReadOptions};
use gauntlet_runtime::checks::Check::Interrupted;
use gauntlet_runtime::engines::IntoEngine as _;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::Server;
use gauntlet_runtime::sql::split;
use sqlx::Connection as _;

use super::alone::Alone;
use crate::support::Project;
use crate::support::area::run;
use crate::support::database::{execute, texts};
use crate::support::generated::pick;
use crate::support::oracle::{Extent, extent, load, servers_and_sources};

/// The rows of the test, so that none have to be generated.
const SETUP: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, b text);
CREATE TABLE u (id int);
CREATE INDEX t_a ON t (a);
INSERT INTO t SELECT n, n % 3, 'b' || n FROM generate_series(1, 9) n;
INSERT INTO u SELECT n FROM generate_series(1, 3) n;
";

const STATEMENTS: [&str; 16] = [
    "CREATE TABLE v (id int)",
    "CREATE TABLE IF NOT EXISTS v (id int)",
    "DROP TABLE u",
    "DROP TABLE IF EXISTS u",
    "ALTER TABLE t ADD COLUMN c int",
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS c int DEFAULT 1",
    "ALTER TABLE t DROP COLUMN IF EXISTS b",
    "ALTER TABLE t RENAME COLUMN a TO z",
    "UPDATE t SET a = a + 1",
    "UPDATE t SET a = 5 WHERE id < 4",
    "UPDATE t SET a = 7 WHERE a = 5",
    "INSERT INTO u VALUES (4)",
    "INSERT INTO t (id) VALUES (10) ON CONFLICT DO NOTHING",
    "DELETE FROM t WHERE id = (SELECT max(id) FROM t)",
    "ALTER TABLE t ALTER COLUMN a SET DEFAULT 4",
    "DROP INDEX t_a",
];

/// What may come of a version that is cut off.
#[derive(Debug, Default, PartialEq, Eq)]
struct Expected {
    ends_otherwise: bool,
    fails: bool,
}

/// The schema and the rows of a database, in a form that can be compared.
async fn state(sandbox: &Sandbox) -> (Catalog, Vec<String>) {
    let mut conn = sandbox.connect().await.unwrap();
    let catalog = Catalog::read(&mut conn, &ReadOptions::default()).await.unwrap();
    let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
    let mut rows = Vec::new();
    for table in texts(&mut conn, tables).await {
        let all = format!("SELECT '{table} ' || to_jsonb(t)::text FROM {table} t ORDER BY 1");
        rows.extend(texts(&mut conn, all).await);
    }
    conn.close().await.unwrap();
    (catalog, rows)
}

/// A database in which so many statements have run, and then all; `None` if the latter failed.
async fn by_hand(
    server: &Arc<Server>,
    statements: &[&str],
    first: usize,
) -> Option<(Catalog, Vec<String>)> {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "cut").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    execute(&mut conn, SETUP).await;
    let mut passes = true;
    for statement in &statements[..first] {
        passes = passes && load(&mut conn, statement).await.is_ok();
    }
    assert!(passes, "the oracle's own statements pass");
    conn.close().await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    for statement in statements {
        passes = passes && load(&mut conn, statement).await.is_ok();
    }
    conn.close().await.unwrap();
    let state = if passes { Some(state(&sandbox).await) } else { None };
    sandbox.close().await.unwrap();
    state
}

/// `None` if the statements do not pass at all.
async fn expected(server: &Arc<Server>, statements: &[&str]) -> Option<Expected> {
    let (clean, rows) = by_hand(server, statements, 0).await?;
    let mut expected = Expected::default();
    for first in 1..=statements.len() {
        match by_hand(server, statements, first).await {
            Some((catalog, other)) => {
                let differs = !clean.diff(&catalog).is_empty() || rows != other;
                expected.ends_otherwise |= differs;
            }
            None => expected.fails = true,
        }
    }
    Some(expected)
}

#[test]
fn what_is_cut_off_by_hand() {
    let scripts = if extent() == Extent::Sample { 4 } else { 12 };
    run(async {
        for (server, source) in servers_and_sources().await {
            let mut random = Rng::with_seed(19);
            let mut seen: BTreeSet<(bool, bool)> = BTreeSet::new();
            let mut judged = 0;
            while judged < scripts {
                let many = 1 + random.usize(..3);
                let statements: Vec<&str> =
                    (0..many).map(|_| pick(&mut random, &STATEMENTS)).collect();
                let Some(expected) = expected(&server, &statements).await else { continue };
                judged += 1;
                seen.insert((expected.ends_otherwise, expected.fails));
                let script = statements.iter().fold(String::new(), |all, one| all + one + ";\n");
                assert_eq!(split(&script).len(), statements.len());
                let files =
                    format!("--- 1_setup.sql\n{SETUP}--- 2_new.sql\n-- no-transaction\n{script}");
                let project = Project::new(&files);
                let suite = project.suite().db(source.clone()).isolation(Isolation::Database);
                let suite = suite.shipped(1).migrations(Alone::new().into_engine());
                let report =
                    tokio::task::spawn_blocking(move || suite.report(Interrupted)).await.unwrap();
                let has = |kind: &str| report.findings.iter().any(|finding| finding.kind == kind);
                let found =
                    Expected { ends_otherwise: has("ends_otherwise"), fails: has("fails_again") };
                assert_eq!(found, expected, "{script}\n{report:#?}");
            }
            assert!(seen.len() > 1, "the sample shows only {seen:?}");
        }
    });
}
