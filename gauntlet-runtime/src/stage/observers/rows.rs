//! The rows of a database, as a fingerprint: enough to see that a down, or a second up, left different ones.

use std::future::ready;

use std::collections::BTreeMap;

use crate::driver::{self, Oid, PgConnection};
use crate::engines::{Step, StepError};
use crate::isolation::{Isolation, Sandbox};
use crate::sql;
use crate::stage::observer::{BoxFuture, Observer, StepView};

/// Tables that are larger than this are counted and not read.
const READ_BYTES: i64 = 16 << 20;

/// The tables that take room on disk. An emptied table may still do; it has no entry all the same.
const TABLES: &str = "
    SELECT c.oid, c.oid::pg_catalog.regclass::text, pg_catalog.pg_relation_size(c.oid) > $3
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.oid <> $1::pg_catalog.regclass AND pg_catalog.pg_relation_size(c.oid) > 0
      AND CASE WHEN $2::text IS NULL THEN n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
               ELSE n.nspname = $2 END";

/// Which tables may hold rows. Reading the size of each table costs more than a version, so it is done only after a
/// script that could have put rows into an empty one.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// The tables that took room when their sizes were last read; `None` when any may by now.
    holders: Option<Vec<Oid>>,
    /// Whether every script may put rows anywhere, because there are event triggers.
    any_script: bool,
}

impl Rows {
    /// Any table may hold rows.
    pub(crate) fn unknown() -> Rows {
        Rows { holders: None, any_script: false }
    }

    /// Reads the rows, as far as it takes to see that they are different.
    pub(crate) async fn fingerprint(
        &mut self,
        conn: &mut PgConnection,
        sandbox: &Sandbox,
        bookkeeping: &str,
    ) -> driver::Result<Fingerprint> {
        if self.holders.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Fingerprint(BTreeMap::new()));
        }
        let only = match sandbox.isolation() {
            Isolation::Database => None,
            Isolation::Schema => Some(sandbox.home_schema()),
        };
        let (statement, known) = match &self.holders {
            Some(known) => (format!("{TABLES} AND c.oid = ANY ($4) ORDER BY 2"), known.clone()),
            None => (format!("{TABLES} AND $4::oid[] IS NOT NULL ORDER BY 2"), Vec::new()),
        };
        let tables: Vec<(Oid, String, bool)> = driver::query_as(&statement)
            .bind(bookkeeping)
            .bind(only)
            .bind(READ_BYTES)
            .bind(known)
            .fetch_all(&mut *conn)
            .await?;
        if self.holders.is_none() {
            self.any_script =
                driver::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger)")
                    .fetch_one(&mut *conn)
                    .await?;
            self.holders = Some(tables.iter().map(|(oid, ..)| *oid).collect());
        }
        if tables.is_empty() {
            return Ok(Fingerprint(BTreeMap::new()));
        }
        // The names are `regclass` as text: quoted and, where it has to be, qualified.
        let reads: Vec<String> = tables
            .iter()
            .enumerate()
            .map(|(number, (_, table, large))| {
                let content = if *large {
                    "'0'"
                } else {
                    "coalesce(sum(pg_catalog.hashtextextended(pg_catalog.to_jsonb(t)::text, 0)), 0)::text"
                };
                format!("SELECT {number}, count(*), {content} FROM {table} t")
            })
            .collect();
        let counted: Vec<(i32, i64, String)> =
            driver::query_as(&reads.join(" UNION ALL ")).fetch_all(conn).await?;
        let entry = |(number, count, content): (i32, i64, String)| {
            let (_, table, _) = tables.get(usize::try_from(number).ok()?)?;
            (count > 0).then(|| (table.clone(), (count, content)))
        };
        Ok(Fingerprint(counted.into_iter().filter_map(entry).collect()))
    }
}

impl Observer for Rows {
    fn after<'a>(
        &'a mut self,
        step: StepView<'a>,
        _: &'a mut PgConnection,
        _: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        if self.any_script || step.others_wrote() || !sql::leaves_rows_alone(step.script()) {
            self.holders = None;
        }
        Box::pin(ready(Ok(())))
    }

    fn disturbed(&mut self) {
        self.holders = None;
    }

    fn of_copy(&self) -> Option<Box<dyn Observer>> {
        Some(Box::new(Rows::unknown()))
    }
}

/// For each table that holds rows: how many, and a sum over their contents.
///
/// The order of rows and of columns does not count. Two reads that are equal may differ in a table of more than
/// 16 MB, of which only the number of rows is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(BTreeMap<String, (i64, String)>);
