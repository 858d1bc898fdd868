//! The rows of a database, as a fingerprint: enough to see that a down, or a second up, left different ones.

use std::future::ready;

use std::collections::BTreeMap;

use crate::driver::{self, Oid, PgConnection};
use crate::engines::{Step, StepError};
use crate::isolation::{Isolation, Sandbox};
use crate::runtime::BoxFuture;
use crate::sql::{self, Parts};
use crate::stage::observer::{Observer, StepView};

/// Tables that are larger than this are counted and not read.
const READ_BYTES: i64 = 16 << 20;

/// Whether a table is one of the database, or of the schema `$2`.
const OURS: &str =
    "CASE WHEN $2::text IS NULL THEN n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                        ELSE n.nspname = $2 END";

/// The tables that may hold rows, of those of which something else is known than `$4` and `$5` say, and those of `$4` that
/// are gone. As long as the mark of a table is the same, so are its rows: nothing was written to it, it was not rewritten,
/// and it has as many columns. What renames them is seen in the script, since to ask for the names of all columns costs more
/// than all the rest.
fn tables(which: &str) -> String {
    format!(
        "WITH known AS (SELECT * FROM ROWS FROM (pg_catalog.unnest($4::oid[]), pg_catalog.unnest($5::int8[])) k (oid, mark)),
           holding AS MATERIALIZED (
             SELECT c.oid, c.oid::pg_catalog.regclass::text AS name,
               pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', c.oid::pg_catalog.regclass, c.relfilenode, c.relnatts,
                 pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid),
                 pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0) AS mark
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND c.oid <> ALL ($1::text[]::pg_catalog.regclass[]) AND {which}
               AND {OURS})
         SELECT h.oid, h.name, pg_catalog.pg_relation_size(h.oid) > $3, h.mark
         FROM holding h LEFT JOIN known k ON k.oid = h.oid WHERE k.mark IS DISTINCT FROM h.mark
         UNION ALL
         SELECT k.oid, NULL, NULL, 0 FROM known k WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = k.oid)
         ORDER BY 2"
    )
}

/// Which tables may hold rows, and what is known of those. Reading all of them costs far more than a version, so what is
/// read again is what was written since.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// The tables that took room when they were last read.
    tables: BTreeMap<u32, Table>,
    others: Others,
    /// True if every script may put rows anywhere, because there are event triggers.
    any_script: bool,
}

/// A table that was read.
#[derive(Debug, Clone)]
struct Table {
    name: String,
    /// `None` where something may have been written that no statistics show.
    mark: Option<i64>,
    count: i64,
    content: String,
}

/// Which tables may hold rows beyond those that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    /// None, as no script could have put rows into an empty one.
    None,
    /// Those into which rows were inserted, as the server's statistics say.
    Counted,
    /// Any that takes room on disk. An emptied one may still do.
    Any,
}

/// An answer of [`tables`].
type Found = (Oid, Option<String>, Option<bool>, i64);

impl Rows {
    /// Any table may hold rows.
    pub(crate) fn unknown() -> Rows {
        Rows { tables: BTreeMap::new(), others: Others::Any, any_script: false }
    }

    /// Notes that rows may have been written anywhere; `counted` says whether the server's statistics have all of that.
    pub(crate) fn written(&mut self, counted: bool) {
        if !counted {
            self.forget();
            self.others = Others::Any;
        } else if self.others == Others::None {
            self.others = Others::Counted;
        }
    }

    /// What was written since may not show in the statistics.
    fn forget(&mut self) {
        for table in self.tables.values_mut() {
            table.mark = None;
        }
    }

    /// Reads the rows, as far as it takes to see that they are different.
    pub(crate) async fn fingerprint(
        &mut self,
        conn: &mut PgConnection,
        sandbox: &Sandbox,
        bookkeeping: &[String],
    ) -> driver::Result<Fingerprint> {
        if self.others == Others::None && self.tables.is_empty() {
            return Ok(Fingerprint(BTreeMap::new()));
        }
        let only = match sandbox.isolation() {
            Isolation::Database => None,
            Isolation::Schema => Some(sandbox.home_schema()),
        };
        // To ask for a size takes a lock, for which the session of somebody beside our schema may let us wait.
        let takes_room =
            format!("CASE WHEN {OURS} THEN pg_catalog.pg_relation_size(c.oid) > 0 ELSE false END");
        let statement = tables(match self.others {
            Others::None => "c.oid = ANY ($4)",
            Others::Counted => {
                "(c.oid = ANY ($4) OR pg_catalog.pg_stat_get_tuples_inserted(c.oid) > 0)"
            }
            Others::Any => &takes_room,
        });
        let (oids, marks): (Vec<Oid>, Vec<Option<i64>>) =
            self.tables.iter().map(|(oid, table)| (Oid(*oid), table.mark)).unzip();
        let found: Vec<Found> = driver::query_as(&statement)
            .bind(bookkeeping)
            .bind(only)
            .bind(READ_BYTES)
            .bind(oids)
            .bind(marks)
            .fetch_all(&mut *conn)
            .await?;
        if self.others != Others::None {
            self.any_script =
                driver::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger)")
                    .fetch_one(&mut *conn)
                    .await?;
        }
        self.others = Others::None;
        self.read(conn, found).await?;
        let holding = self.tables.values().filter(|table| table.count > 0);
        let entry = |table: &Table| (table.name.clone(), (table.count, table.content.clone()));
        Ok(Fingerprint(holding.map(entry).collect()))
    }

    /// Reads the tables that were written, and forgets those that are gone.
    async fn read(&mut self, conn: &mut PgConnection, found: Vec<Found>) -> driver::Result<()> {
        let mut reads = Vec::new();
        for (number, (oid, name, large, mark)) in found.iter().enumerate() {
            let Some(name) = name else {
                self.tables.remove(&oid.0);
                continue;
            };
            let content = if *large == Some(true) {
                "'0'"
            } else {
                "coalesce(sum(pg_catalog.hashtextextended(pg_catalog.to_jsonb(t.*)::text, 0)), 0)::text"
            };
            // The names are `regclass` as text: quoted and, where it has to be, qualified.
            reads.push(format!("SELECT {number}, count(*), {content} FROM {name} t"));
            let (name, mark) = (name.clone(), Some(*mark));
            self.tables.insert(oid.0, Table { name, mark, count: 0, content: String::new() });
        }
        if reads.is_empty() {
            return Ok(());
        }
        let counted: Vec<(i32, i64, String)> =
            driver::query_as(&reads.join(" UNION ALL ")).fetch_all(conn).await?;
        for (number, count, content) in counted {
            let oid = usize::try_from(number).ok().and_then(|number| found.get(number));
            if let Some(table) = oid.and_then(|(oid, ..)| self.tables.get_mut(&oid.0)) {
                (table.count, table.content) = (count, content);
            }
        }
        Ok(())
    }
}

/// Whether a script may give another name to something that is in rows: a column, a label, an attribute. In a block too.
struct Renames(bool);

impl Renames {
    fn of(script: &str) -> Renames {
        static RENAME: Parts<1> = Parts::new(["rename"]);
        Renames(RENAME.any_in(script))
    }
}

/// Whether a script only defines things.
struct Definitions(bool);

impl Definitions {
    fn of(script: &str) -> Definitions {
        Definitions(sql::leaves_rows_alone(script))
    }
}

impl Observer for Rows {
    fn after<'a>(
        &'a mut self,
        step: StepView<'a>,
        _: &'a mut PgConnection,
        result: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        let counted = matches!(result, Ok(step) if step.counts.is_some());
        if self.any_script || step.others_wrote() || !step.script().fact(Definitions::of).0 {
            self.written(counted);
        } else if !counted {
            self.forget();
        }
        if step.script().fact(Renames::of).0 {
            self.forget();
        }
        Box::pin(ready(Ok(())))
    }

    fn disturbed(&mut self) {
        self.written(false);
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

impl Fingerprint {
    /// The tables that hold rows, as SQL, each with the number of its rows and a mark of their contents.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, i64, &str)> {
        self.0.iter().map(|(table, (count, content))| (table.as_str(), *count, content.as_str()))
    }

    /// A table that holds rows.
    pub(crate) fn table(&self, name: &str) -> Option<(i64, &str)> {
        self.0.get(name).map(|(count, content)| (*count, content.as_str()))
    }
}
