//! The rows of a database, as a fingerprint: enough to see that a down, or a second up, left others than were there.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::isolation::{Isolation, Sandbox};

/// Tables that are larger than this are counted and not read.
const READ_BYTES: i64 = 16 << 20;

/// The tables that take room on disk. An emptied table may still do; it has no entry all the same.
const TABLES: &str = "
    SELECT c.oid::pg_catalog.regclass::text, pg_catalog.pg_relation_size(c.oid) > $3
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.oid <> $1::pg_catalog.regclass AND pg_catalog.pg_relation_size(c.oid) > 0
      AND CASE WHEN $2::text IS NULL THEN n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
               ELSE n.nspname = $2 END
    ORDER BY 1";

/// For each table that holds rows: how many, and a sum over their contents.
///
/// The order of rows and of columns does not count. Two reads that are equal may differ in a table of more than
/// 16 MB, of which only the number of rows is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(BTreeMap<String, (i64, String)>);

impl Fingerprint {
    pub(super) async fn read(
        conn: &mut PgConnection,
        sandbox: &Sandbox,
        bookkeeping: &str,
    ) -> sqlx::Result<Fingerprint> {
        let only = match sandbox.isolation() {
            Isolation::Database => None,
            Isolation::Schema => Some(sandbox.home_schema()),
        };
        let tables: Vec<(String, bool)> = sqlx::query_as(TABLES)
            .bind(bookkeeping)
            .bind(only)
            .bind(READ_BYTES)
            .fetch_all(&mut *conn)
            .await?;
        if tables.is_empty() {
            return Ok(Fingerprint(BTreeMap::new()));
        }
        // The names are `regclass` as text: quoted and, where it has to be, qualified.
        let reads: Vec<String> = tables
            .iter()
            .enumerate()
            .map(|(number, (table, large))| {
                let content = if *large {
                    "'0'"
                } else {
                    "coalesce(sum(pg_catalog.hashtextextended(pg_catalog.to_jsonb(t)::text, 0)), 0)::text"
                };
                format!("SELECT {number}, count(*), {content} FROM {table} t")
            })
            .collect();
        let counted: Vec<(i32, i64, String)> =
            sqlx::query_as(AssertSqlSafe(reads.join(" UNION ALL "))).fetch_all(conn).await?;
        let entry = |(number, count, content): (i32, i64, String)| {
            let (table, _) = tables.get(usize::try_from(number).ok()?)?;
            (count > 0).then(|| (table.clone(), (count, content)))
        };
        Ok(Fingerprint(counted.into_iter().filter_map(entry).collect()))
    }
}
