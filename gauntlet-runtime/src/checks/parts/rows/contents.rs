//! The rows of a database at one moment. What was not written since the last moment is not read again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::row::{Row, parse};
use crate::driver::{self, PgConnection};
use crate::error::Result;
use crate::stage::{Filling, Stage};

/// Tables with more rows are counted and not compared.
const MOST: i64 = 10_000;

/// How many tables one statement reads.
const AT_A_TIME: usize = 50;

/// For each table that has a primary key, generated columns or triggers: which.
const DESCRIBED: &str = "
SELECT u.at::int4,
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
    WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attnum),
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''),
  EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY u (name, at)
JOIN pg_catalog.pg_class c ON c.oid = u.name::pg_catalog.regclass";

/// The rows of each table that holds some; the tables are named as SQL.
pub(in crate::checks) type Moment = BTreeMap<String, Arc<Table>>;

/// The rows of a table.
#[derive(Debug)]
pub(in crate::checks) struct Table {
    /// Of their contents.
    mark: String,
    pub(in crate::checks) count: i64,
    /// `None` where there are too many.
    pub(in crate::checks) rows: Option<Vec<Row>>,
    /// The columns of the primary key.
    pub(in crate::checks) key: Vec<String>,
    pub(in crate::checks) generated: BTreeSet<String>,
    pub(in crate::checks) has_triggers: bool,
}

impl Table {
    pub(in crate::checks) fn is_like(&self, other: &Table) -> bool {
        self.count == other.count && self.mark == other.mark
    }
}

/// The rows as they were last read.
#[derive(Debug, Default)]
pub(in crate::checks) struct Contents(Moment);

impl Contents {
    /// The rows of this moment.
    pub(in crate::checks) async fn read(
        &mut self,
        stage: &mut Stage,
        filling: &mut Filling,
    ) -> Result<Moment> {
        let fingerprint = stage.fingerprint().await?;
        let is_known = |table: &Table, name: &str| {
            fingerprint
                .table(name)
                .is_some_and(|(count, mark)| table.count == count && table.mark == mark)
        };
        self.0.retain(|name, table| is_known(table, name));
        let new: Vec<(&str, i64, &str)> =
            fingerprint.tables().filter(|(name, ..)| !self.0.contains_key(*name)).collect();
        if new.is_empty() {
            return Ok(self.0.clone());
        }
        let conn = filling.conn(stage).await?;
        for some in new.chunks(AT_A_TIME) {
            let tables = read(conn, some).await?;
            self.0.extend(some.iter().map(|(name, ..)| (*name).to_owned()).zip(tables));
        }
        Ok(self.0.clone())
    }
}

async fn read(conn: &mut PgConnection, some: &[(&str, i64, &str)]) -> Result<Vec<Arc<Table>>> {
    let names: Vec<String> = some.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let mut tables: Vec<Table> = some
        .iter()
        .map(|(_, count, mark)| Table {
            mark: (*mark).to_owned(),
            count: *count,
            rows: (*count <= MOST).then(Vec::new),
            key: Vec::new(),
            generated: BTreeSet::new(),
            has_triggers: false,
        })
        .collect();
    let described: Vec<(i32, Vec<String>, Vec<String>, bool)> =
        driver::query_as(DESCRIBED).bind(&names).fetch_all(&mut *conn).await?;
    for (at, key, generated, has_triggers) in described {
        if let Some(table) = place(at - 1).and_then(|at| tables.get_mut(at)) {
            (table.key, table.has_triggers) = (key, has_triggers);
            table.generated = generated.into_iter().collect();
        }
    }
    let reads =
        names.iter().zip(&tables).enumerate().filter(|(_, (_, table))| table.rows.is_some());
    // The whole row: `t` alone would be a column of that name, where there is one.
    let reads: Vec<String> = reads
        .map(|(at, (name, _))| {
            format!("SELECT {at}, pg_catalog.to_jsonb(t.*)::text FROM ONLY {name} AS t")
        })
        .collect();
    if !reads.is_empty() {
        let rows: Vec<(i32, String)> =
            driver::query_as(&reads.join(" UNION ALL ")).fetch_all(conn).await?;
        for (at, text) in rows {
            let rows = place(at).and_then(|at| tables.get_mut(at)).and_then(|t| t.rows.as_mut());
            if let Some(rows) = rows {
                rows.push(parse(&text)?);
            }
        }
    }
    Ok(tables.into_iter().map(Arc::new).collect())
}

fn place(at: i32) -> Option<usize> {
    usize::try_from(at).ok()
}
