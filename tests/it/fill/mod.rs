//! Rows for the tables of a schema: which tables get them, and why others do not.

mod generated;
mod schemas;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gauntlet_runtime::fill::{Filled, Filler};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::support::database::server;

/// A schema of its own in a database of its own.
struct Place {
    conn: PgConnection,
    sandbox: Sandbox,
}

impl Place {
    async fn new() -> Place {
        let server = server().await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "fill").await.unwrap();
        Place { conn: sandbox.connect().await.unwrap(), sandbox }
    }

    async fn fill(&mut self, filler: &mut Filler, schema: &str) -> Filled {
        filler.fill(&mut self.conn, &[], (schema, true)).await.unwrap()
    }

    async fn text(&mut self, sql: &str) -> String {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.conn).await.unwrap()
    }

    /// The rows of each table of a schema.
    async fn counts(&mut self, schema: &str) -> BTreeMap<String, i64> {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || c.oid::regclass FROM pg_class c WHERE c.relnamespace = $1::regnamespace \
             AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
        )
        .bind(schema)
        .fetch_all(&mut self.conn)
        .await
        .unwrap();
        let mut counts = BTreeMap::new();
        for table in tables {
            let count =
                self.text(&format!("SELECT count(*)::text FROM {table}")).await.parse().unwrap();
            let name = table.trim_start_matches("ONLY ").trim_start_matches(&format!("{schema}."));
            counts.insert(name.to_owned(), count);
        }
        counts
    }

    /// The rows of all tables of a schema, as one text.
    async fn rows(&mut self, schema: &str) -> String {
        let mut all = String::new();
        for (table, _) in self.counts(schema).await {
            let rows = format!(
                "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {schema}.{table} AS t"
            );
            writeln!(all, "{table}\n{}", self.text(&rows).await).unwrap();
        }
        all
    }

    async fn close(self) {
        self.conn.close().await.unwrap();
        self.sandbox.close().await.unwrap();
    }
}

/// A line for each table.
fn printed(filled: &Filled) -> String {
    let mut out = String::new();
    for (table, rows) in &filled.rows {
        writeln!(out, "{table}: {rows} rows").unwrap();
    }
    for without in &filled.without {
        let constraint = without.constraint.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
        writeln!(out, "{}: none, {}{constraint}", without.table, without.reason).unwrap();
    }
    out
}
