//! The check against what a second session meets: for each form of statement, the tables of which it blocks reads and
//! writes are those of which the check says so.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use gauntlet_runtime::checks::Check::Locks;
use gauntlet_runtime::finding::{Fact, Report};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::{Embedded, Server};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::Arc;

use crate::support::Project;
use crate::support::area::run;
use crate::support::database::{execute, texts};
use crate::support::oracle::{Extent, extent, servers_and_sources};

const SETUP: &str = "
CREATE TABLE u (id bigint PRIMARY KEY, a text, b int, n int, s text, CONSTRAINT nn CHECK (n IS NOT NULL));
CREATE INDEX u_a ON u (a);
CREATE UNIQUE INDEX u_b ON u (b);
CREATE TABLE c (id bigint, uid bigint, k int);
ALTER TABLE c ADD CONSTRAINT nv CHECK (k > 0) NOT VALID;
ALTER TABLE c ADD CONSTRAINT fnv FOREIGN KEY (uid) REFERENCES u NOT VALID;
CREATE TABLE p (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 (k int, v text);
CREATE MATERIALIZED VIEW m AS SELECT id FROM u;
CREATE UNIQUE INDEX mi ON m (id);
CREATE VIEW w AS SELECT s FROM u;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tg BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION tf();
CREATE DOMAIN dm AS int;
CREATE TABLE dt (d dm);
CREATE TABLE parent (x int);
CREATE TABLE child (x int) INHERITS (parent);
CREATE TYPE ct AS (x int);
CREATE TABLE ofc (x int);
";

/// The relations that the second session tries.
const TABLES: [&str; 10] = ["u", "c", "p", "p1", "p2", "m", "dt", "parent", "child", "ofc"];

/// Statements that run in a transaction.
const IN_TRANSACTION: [&str; 92] = [
    "ALTER TABLE u ADD COLUMN x int",
    "ALTER TABLE u ADD COLUMN x int DEFAULT 5",
    "ALTER TABLE u ADD COLUMN x float8 DEFAULT random()",
    "ALTER TABLE u ADD COLUMN x int REFERENCES u",
    "ALTER TABLE u ADD COLUMN x bigserial",
    "ALTER TABLE u ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE u ADD COLUMN x int GENERATED ALWAYS AS (b + 1) STORED",
    "ALTER TABLE u ADD COLUMN x int CHECK (x > 0)",
    "ALTER TABLE u ADD COLUMN x int UNIQUE",
    "ALTER TABLE u DROP COLUMN b",
    "ALTER TABLE u ALTER COLUMN s TYPE varchar(10)",
    "ALTER TABLE u ALTER COLUMN b TYPE bigint",
    "ALTER TABLE u ALTER COLUMN b SET DEFAULT 1",
    "ALTER TABLE u ALTER COLUMN b DROP DEFAULT",
    "ALTER TABLE u ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE u ALTER COLUMN n SET NOT NULL",
    "ALTER TABLE u ALTER COLUMN a DROP NOT NULL",
    "ALTER TABLE u ALTER COLUMN a SET STATISTICS 10",
    "ALTER TABLE u ALTER COLUMN a SET (n_distinct = 5)",
    "ALTER TABLE u ALTER COLUMN a RESET (n_distinct)",
    "ALTER TABLE u ALTER COLUMN a SET STORAGE EXTERNAL",
    "ALTER TABLE u ALTER COLUMN a SET COMPRESSION pglz",
    "ALTER TABLE u ADD CONSTRAINT k CHECK (b > 0)",
    "ALTER TABLE u ADD CONSTRAINT k CHECK (b > 0) NOT VALID",
    "ALTER TABLE c ADD FOREIGN KEY (uid) REFERENCES u",
    "ALTER TABLE c ADD FOREIGN KEY (uid) REFERENCES u NOT VALID",
    "ALTER TABLE u ADD UNIQUE (a)",
    "ALTER TABLE u ADD CONSTRAINT ub UNIQUE USING INDEX u_b",
    "ALTER TABLE c ADD PRIMARY KEY (id)",
    "ALTER TABLE u ADD EXCLUDE (b WITH =)",
    "ALTER TABLE c ALTER CONSTRAINT fnv DEFERRABLE",
    "ALTER TABLE c VALIDATE CONSTRAINT nv",
    "ALTER TABLE c VALIDATE CONSTRAINT fnv",
    "ALTER TABLE c DROP CONSTRAINT fnv",
    "ALTER TABLE u DROP CONSTRAINT nn",
    "ALTER TABLE u RENAME CONSTRAINT nn TO mm",
    "ALTER TABLE u DISABLE TRIGGER tg",
    "ALTER TABLE u ENABLE TRIGGER tg",
    "ALTER TABLE u ENABLE ALWAYS TRIGGER tg",
    "ALTER TABLE u DISABLE TRIGGER USER",
    "ALTER TABLE u ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE u FORCE ROW LEVEL SECURITY",
    "ALTER TABLE u CLUSTER ON u_pkey",
    "ALTER TABLE u SET WITHOUT CLUSTER",
    "ALTER TABLE u SET WITHOUT OIDS",
    "ALTER TABLE c SET UNLOGGED",
    "ALTER TABLE c SET LOGGED",
    "ALTER TABLE u SET TABLESPACE pg_default",
    "ALTER TABLE u SET (fillfactor = 50)",
    "ALTER TABLE u RESET (fillfactor)",
    "ALTER TABLE u SET (autovacuum_enabled = off)",
    "ALTER TABLE c INHERIT parent",
    "ALTER TABLE child NO INHERIT parent",
    "ALTER TABLE ofc OF ct",
    "ALTER TABLE u OWNER TO CURRENT_USER",
    "ALTER TABLE u REPLICA IDENTITY FULL",
    "ALTER TABLE u RENAME COLUMN a TO aa",
    "ALTER TABLE u RENAME TO uu",
    "ALTER TABLE u SET SCHEMA pg_temp",
    "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (20) TO (30)",
    "ALTER TABLE p DETACH PARTITION p1",
    "ALTER INDEX u_a RENAME TO u_aa",
    "ALTER INDEX u_a SET (fillfactor = 50)",
    "CREATE INDEX i ON u (b)",
    "CREATE INDEX i ON p (k)",
    "CREATE INDEX i ON ONLY p (k)",
    "CREATE UNIQUE INDEX i ON m (id)",
    "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (60) TO (70)",
    "CREATE TABLE z (id bigint REFERENCES u)",
    "CREATE TABLE z AS SELECT * FROM u",
    "CREATE TABLE z (LIKE u INCLUDING ALL)",
    "CREATE TABLE z () INHERITS (parent)",
    "CREATE TRIGGER t AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION tf()",
    "CREATE RULE r AS ON INSERT TO u DO ALSO NOTHING",
    "CREATE POLICY po ON u USING (true)",
    "CREATE STATISTICS st ON a, b FROM u",
    "CREATE VIEW v AS SELECT * FROM u",
    "DROP INDEX u_a",
    "DROP TABLE c",
    "DROP TABLE u CASCADE",
    "DROP TABLE p",
    "DROP TABLE p1",
    "DROP MATERIALIZED VIEW m",
    "DROP TRIGGER tg ON u",
    "TRUNCATE c",
    "TRUNCATE u CASCADE",
    "CLUSTER u USING u_pkey",
    "REINDEX TABLE u",
    "REINDEX INDEX u_a",
    "REFRESH MATERIALIZED VIEW m",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "ALTER DOMAIN dm ADD CHECK (value > 0)",
];

/// Statements that run in a transaction of their own only. The tables of which they wait for others show in the queue that
/// they wait in.
const ALONE: [&str; 10] = [
    "VACUUM u",
    "VACUUM FULL u",
    "VACUUM FULL c",
    "CREATE INDEX CONCURRENTLY i ON u (b)",
    "DROP INDEX CONCURRENTLY u_a",
    "REINDEX TABLE CONCURRENTLY u",
    "REINDEX INDEX CONCURRENTLY u_a",
    "ANALYZE u",
    "ALTER TABLE u ADD COLUMN x int",
    "CREATE INDEX i ON u (b)",
];

/// What waits for a statement: `read u`, `write u`.
type Waits = BTreeSet<String>;

/// What the second session meets while the lock is held.
async fn met(other: &mut PgConnection, tables: &[&str]) -> Waits {
    let mut waits = Waits::new();
    for table in tables {
        // Who reads a parent reads its children too; here each is tried by itself.
        let is_view = *table == "m";
        let column = match *table {
            "u" => "s",
            "c" | "p" | "p1" | "p2" => "k",
            "dt" => "d",
            _ => "x",
        };
        let tries = [
            ("read", format!("SELECT FROM ONLY {table} LIMIT 1")),
            ("write", format!("INSERT INTO {table} SELECT * FROM ONLY {table} WHERE false")),
            ("write", format!("UPDATE ONLY {table} SET {column} = NULL WHERE false")),
            ("write", format!("DELETE FROM ONLY {table} WHERE false")),
        ];
        for (what, sql) in tries.iter().filter(|(what, _)| *what == "read" || !is_view) {
            let result = other.execute(AssertSqlSafe(sql.clone())).await;
            match result {
                Ok(_) => {}
                Err(error) => {
                    let code = error
                        .as_database_error()
                        .and_then(sqlx::error::DatabaseError::code)
                        .unwrap_or_default();
                    assert_eq!(code, "55P03", "{sql}: {error}");
                    waits.insert(format!("{what} {table}"));
                }
            }
        }
    }
    waits
}

/// What the check says.
fn said(report: &Report, tables: &[&str]) -> Waits {
    let mut waits = Waits::new();
    for finding in &report.findings {
        for fact in &finding.facts {
            let Fact::Text(text) = fact else { continue };
            let Some((_, rest)) = text.split_once("holds ") else { continue };
            let (relations, who) = rest.split_once(": ").unwrap();
            let names: BTreeSet<&str> =
                relations.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            for table in tables.iter().filter(|table| names.contains(*table)) {
                if who.starts_with("reads") {
                    waits.insert(format!("read {table}"));
                }
                if *table != "m" {
                    waits.insert(format!("write {table}"));
                }
            }
        }
    }
    waits
}

fn check_says(statement: &str, alone: bool, source: &Embedded) -> Result<Waits, String> {
    let line = if alone { "-- no-transaction\n" } else { "" };
    let files = format!("--- 1_setup.sql\n{SETUP}\n--- 2_new.sql\n{line}{statement};\n");
    let project = Project::new(&files);
    let suite = project.suite().db(source.clone()).shipped(1).isolation(Isolation::Database);
    let report = suite.report(Locks);
    match &report.error {
        Some(error) => Err(error.clone()),
        None => Ok(said(&report, &TABLES)),
    }
}

async fn database(server: &Arc<Server>) -> (Sandbox, PgConnection, PgConnection) {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "oracle").await.unwrap();
    let mut one = sandbox.connect().await.unwrap();
    let mut other = sandbox.connect().await.unwrap();
    execute(&mut one, SETUP).await;
    execute(&mut other, "SET lock_timeout = '10ms'").await;
    (sandbox, one, other)
}

/// What a statement in an open transaction makes wait; `None` where this server does not have it.
async fn truth(one: &mut PgConnection, other: &mut PgConnection, statement: &str) -> Option<Waits> {
    execute(one, "BEGIN").await;
    let ran = one.execute(AssertSqlSafe(statement.to_owned())).await.is_ok();
    let waits = if ran { Some(met(other, &TABLES).await) } else { None };
    execute(one, "ROLLBACK").await;
    waits
}

/// What a statement outside of a transaction makes wait: a third session writes to the table that it wants, so that it waits,
/// and others wait behind it if they would wait for it.
async fn truth_alone(server: &Arc<Server>, statement: &'static str) -> Waits {
    let (sandbox, mut one, mut other) = database(server).await;
    let mut holder = sandbox.connect().await.unwrap();
    execute(&mut holder, "BEGIN; LOCK TABLE u, c IN ROW EXCLUSIVE MODE").await;
    let pid = texts(&mut one, "SELECT pg_backend_pid()::text").await.remove(0);
    let task = tokio::spawn(async move {
        one.execute(statement).await.unwrap();
        one
    });
    let begin = Instant::now();
    let asked = format!(
        "SELECT 'waits' FROM pg_stat_activity WHERE pid = {pid} AND wait_event_type = 'Lock'"
    );
    while !task.is_finished() && texts(&mut holder, asked.clone()).await.is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{statement} neither ends nor waits");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let waits = if task.is_finished() { Waits::new() } else { met(&mut other, &["u", "c"]).await };
    execute(&mut holder, "ROLLBACK").await;
    drop(task.await.unwrap().close().await);
    drop(sandbox);
    waits
}

/// One of so many statements is tried, a different one on each server.
fn tried() -> usize {
    match extent() {
        Extent::Sample => 5,
        Extent::Servers => 3,
        Extent::Long | Extent::All => 1,
    }
}

#[test]
fn a_second_session_agrees() {
    let servers = run(servers_and_sources());
    let mut wrong = Vec::new();
    for (number, (server, source)) in servers.into_iter().enumerate() {
        let version = server.version();
        let (_sandbox, mut one, mut other) = run(database(&server));
        let mut judged = 0;
        let first = number % tried();
        let statements: Vec<&str> =
            IN_TRANSACTION.into_iter().skip(first).step_by(tried()).collect();
        for statement in &statements {
            let truth = run(truth(&mut one, &mut other, statement));
            let said = check_says(statement, false, &source);
            match (truth, said) {
                (None, Err(_)) => continue,
                (Some(truth), Ok(said)) if truth == said => {}
                (truth, said) => {
                    wrong.push(format!("{version}: {statement}\n  met {truth:?}\n  said {said:?}"));
                }
            }
            judged += 1;
        }
        assert!(judged + 4 >= statements.len(), "{version}: only {judged} statements run");
        for statement in ALONE.into_iter().skip(first).step_by(tried()) {
            let truth = run(truth_alone(&server, statement));
            let said = check_says(statement, true, &source);
            if said.as_ref() != Ok(&truth) {
                wrong.push(format!("{version}: {statement}\n  met {truth:?}\n  said {said:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
