//! The rows of a table at one moment, and their comparison with those of another moment.

use std::collections::BTreeMap;
use std::fmt;

use crate::driver::{self, PgConnection, Row as _};
use crate::error::{Error, Result};
use crate::names::quote_ident;

/// The values of a row, by column.
type Row = BTreeMap<String, Value>;

/// The value of a column as the server prints it; `None` is NULL.
pub type Value = Option<String>;

/// All rows of a table with all their columns, as the server prints them.
///
/// The rows are sorted by their key: the primary key if there is one, else the whole row. Two of them are
/// equal when they have the same columns and the same rows; [`diff`](Self::diff) lists the differences.
///
/// ```no_run
/// # async fn f(mut db: gauntlet_runtime::suite::TestDb) -> gauntlet_runtime::error::Result<()> {
/// let before = db.rows("users").await?;
/// db.upgrade_one().await?;
/// // The version may add columns; every row and value of before has to remain.
/// before.assert_intact(&db.rows("users").await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rows {
    table: String,
    columns: Vec<String>,
    key: Vec<String>,
    rows: Vec<Row>,
}

const COLUMNS: &str = "
    SELECT a.attname::text,
           coalesce(a.attnum = ANY (i.indkey::int2[]), false)
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

impl Rows {
    pub(super) async fn read(conn: &mut PgConnection, table: &str) -> Result<Rows> {
        let (oid, quoted) = find(conn, table).await?;
        let described: Vec<(String, bool)> =
            driver::query_as(COLUMNS).bind(oid).fetch_all(&mut *conn).await?;
        let columns: Vec<String> = described.iter().map(|(name, _)| name.clone()).collect();
        let list: Vec<String> =
            columns.iter().map(|name| format!("{}::pg_catalog.text", quote_ident(name))).collect();
        let query = format!("SELECT {} FROM {quoted}", list.join(", "));
        let mut rows = Vec::new();
        for row in driver::query(&query).fetch_all(&mut *conn).await? {
            let value = |(at, name): (usize, &String)| Ok((name.clone(), row.try_get(at)?));
            rows.push(columns.iter().enumerate().map(value).collect::<Result<_, driver::Error>>()?);
        }
        let key = described.into_iter().filter_map(|(name, key)| key.then_some(name)).collect();
        let mut rows = Rows { table: table.to_owned(), columns, key, rows };
        rows.sort();
        Ok(rows)
    }

    /// Numbers are sorted as numbers, so that a person finds them.
    fn sort(&mut self) {
        let key = self.key.clone();
        let number = |value: &Value| value.as_ref().and_then(|text| text.parse::<i128>().ok());
        self.rows.sort_by(|a, b| {
            let pair = |column: &String| (&a[column], &b[column]);
            let by_key = key.iter().map(pair).map(|(a, b)| match (number(a), number(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.cmp(b),
            });
            by_key.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then_with(|| a.cmp(b))
        });
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns true if there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The columns' names, in the order of the table.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The columns of the primary key; empty when the table has none.
    pub fn key(&self) -> &[String] {
        &self.key
    }

    /// The values of one column, in the order of the rows.
    ///
    /// # Panics
    ///
    /// When there is no such column; the message lists the columns.
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<Option<&str>> {
        self.require(name);
        self.rows.iter().map(|row| row[name].as_deref()).collect()
    }

    /// The same rows with these columns only. A primary key that is not among them no longer counts as one.
    ///
    /// # Panics
    ///
    /// When there is no such column; the message lists the columns.
    #[must_use]
    #[track_caller]
    pub fn only(&self, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Rows {
        let columns = owned(columns);
        for name in &columns {
            self.require(name);
        }
        self.keep(|name| columns.iter().any(|column| column == name))
    }

    /// The same rows without these columns; a name that is not a column is ignored.
    #[must_use]
    pub fn without(&self, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Rows {
        let columns = owned(columns);
        self.keep(|name| !columns.iter().any(|column| column == name))
    }

    fn keep(&self, wanted: impl Fn(&str) -> bool) -> Rows {
        let mut rows = self.clone();
        rows.columns.retain(|name| wanted(name));
        rows.rows.iter_mut().for_each(|row| row.retain(|name, _| wanted(name)));
        if rows.key.iter().any(|name| !wanted(name)) {
            rows.key.clear();
        }
        rows.sort();
        rows
    }

    #[track_caller]
    fn require(&self, name: &str) {
        assert!(
            self.columns.iter().any(|column| column == name),
            "{} has no column {name}; it has {}",
            self.table,
            self.columns.join(", ")
        );
    }

    /// The differences in `after`: columns, rows, values.
    pub fn diff(&self, after: &Rows) -> RowsDiff {
        let missing = |of: &Rows, from: &Rows| -> Vec<String> {
            of.columns.iter().filter(|name| !from.columns.contains(name)).cloned().collect()
        };
        let mut diff = self.diff_common(after);
        diff.dropped_columns = missing(self, after);
        diff.added_columns = missing(after, self);
        diff
    }

    /// The differences in `after` in the columns that both have.
    pub fn diff_common(&self, after: &Rows) -> RowsDiff {
        let common: Vec<&str> = self
            .columns
            .iter()
            .filter(|name| after.columns.contains(name))
            .map(String::as_str)
            .collect();
        let (before, after) =
            (self.keep(|n| common.contains(&n)), after.keep(|n| common.contains(&n)));
        let key: Vec<String> =
            if before.key.is_empty() { before.columns.clone() } else { before.key.clone() };
        let key_of =
            |row: &Row| -> Vec<Value> { key.iter().map(|name| row[name].clone()).collect() };
        // Without a primary key the same row may occur several times.
        let mut left: BTreeMap<Vec<Value>, Vec<&Row>> = BTreeMap::new();
        let rows = after.rows.iter().rev();
        let mut by_key: Vec<(Vec<Value>, &Row)> = rows.map(|row| (key_of(row), row)).collect();
        by_key.sort_by(|a, b| a.0.cmp(&b.0));
        for (key, row) in by_key {
            left.entry(key).or_default().push(row);
        }
        let mut diff = RowsDiff {
            table: self.table.clone(),
            rows: (self.len(), after.len()),
            ..RowsDiff::default()
        };
        for row in &before.rows {
            let shown = |row: &Row| Line::of(&before, &key, row);
            let Some(now) = left.get_mut(&key_of(row)).and_then(Vec::pop) else {
                diff.lost.push(shown(row));
                continue;
            };
            let changes: Vec<Change> = before
                .columns
                .iter()
                .filter(|name| row[*name] != now[*name])
                .map(|name| Change {
                    column: name.clone(),
                    before: row[name].clone(),
                    after: now[name].clone(),
                })
                .collect();
            if !changes.is_empty() {
                diff.changed.push((shown(row), changes));
            }
        }
        diff.new = left.values().flatten().map(|row| Line::of(&after, &key, row)).collect();
        diff
    }

    /// Asserts that `after` has the same columns and the same rows.
    ///
    /// # Panics
    ///
    /// When something differs, with the text of the [`diff`](Self::diff).
    #[track_caller]
    pub fn assert_same(&self, after: &Rows) {
        let diff = self.diff(after);
        assert!(diff.is_empty(), "{diff}");
    }

    /// Asserts that `after` still has every row, with the same values in the columns that both have. New columns and rows
    /// are allowed; a dropped column is not.
    ///
    /// # Panics
    ///
    /// When a row or a column is gone or a value has changed, with a text that names them.
    #[track_caller]
    pub fn assert_intact(&self, after: &Rows) {
        let mut diff = self.diff(after);
        diff.added_columns.clear();
        diff.new.clear();
        assert!(diff.is_empty(), "{diff}");
    }
}

/// As a table.
impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<Vec<&str>> =
            std::iter::once(self.columns.iter().map(String::as_str).collect())
                .chain(self.rows.iter().map(|row| {
                    self.columns.iter().map(|name| shown(&row[name])).collect::<Vec<&str>>()
                }))
                .collect();
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max();
        let widths: Vec<usize> = (0..self.columns.len()).filter_map(width).collect();
        writeln!(f, "{} ({} rows)", self.table, self.len())?;
        for line in &lines {
            let cells: Vec<String> =
                line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
            writeln!(f, "  {}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// The same as `Display`, since this is what `assert_eq!` shows.
impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

fn shown(value: &Value) -> &str {
    value.as_deref().unwrap_or("NULL")
}

/// The differences between two readings of a table's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowsDiff {
    /// The name of the table, as it was given.
    pub table: String,
    /// The number of rows before and after.
    pub rows: (usize, usize),
    /// Columns of before that no longer exist.
    pub dropped_columns: Vec<String>,
    /// Columns that did not exist before.
    pub added_columns: Vec<String>,
    /// Rows of before that no longer exist.
    #[doc(hidden)]
    pub lost: Vec<Line>,
    /// Rows that did not exist before.
    #[doc(hidden)]
    pub new: Vec<Line>,
    /// Rows with the same key and other values.
    #[doc(hidden)]
    pub changed: Vec<(Line, Vec<Change>)>,
}

/// A row in a few words: `id = 1`, or all of it when there is no primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    fn of(rows: &Rows, key: &[String], row: &Row) -> Line {
        let named = |names: &[String]| {
            let pairs: Vec<String> =
                names.iter().map(|name| format!("{name} = {}", shown(&row[name]))).collect();
            pairs.join(", ")
        };
        let rest: Vec<String> =
            rows.columns.iter().filter(|name| !key.contains(name)).cloned().collect();
        let (key, rest) = (named(key), named(&rest));
        Line(if rest.is_empty() { key } else { format!("{key} ({rest})") })
    }

    fn key(&self) -> &str {
        self.0.split(" (").next().unwrap_or_default()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The column.
    pub column: String,
    /// Its value before.
    pub before: Value,
    /// Its value after.
    pub after: Value,
}

impl RowsDiff {
    /// Returns true if there is no difference.
    pub fn is_empty(&self) -> bool {
        self.dropped_columns.is_empty()
            && self.added_columns.is_empty()
            && self.lost.is_empty()
            && self.new.is_empty()
            && self.changed.is_empty()
    }
}

/// The number of rows of a kind that are shown: a million changed rows mostly differ in the same way.
const SHOWN: usize = 10;

impl fmt::Display for RowsDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return write!(f, "the rows of {} are the same ({})", self.table, self.rows.0);
        }
        let (before, after) = self.rows;
        write!(f, "the rows of {} differ ({before} before, {after} after)", self.table)?;
        for (word, columns) in [("gone", &self.dropped_columns), ("new", &self.added_columns)] {
            for column in columns {
                write!(f, "\n  column {column} is {word}")?;
            }
        }
        for (word, lines) in [("lost", &self.lost), ("new", &self.new)] {
            for line in lines.iter().take(SHOWN) {
                write!(f, "\n  {word:<7}  {line}")?;
            }
            rest(f, word, lines.len())?;
        }
        for (line, changes) in self.changed.iter().take(SHOWN) {
            write!(f, "\n  changed  {}", line.key())?;
            for Change { column, before, after } in changes {
                write!(f, "\n             {column}: {} -> {}", shown(before), shown(after))?;
            }
        }
        rest(f, "changed", self.changed.len())
    }
}

fn rest(f: &mut fmt::Formatter<'_>, word: &str, count: usize) -> fmt::Result {
    match count.checked_sub(SHOWN) {
        Some(more @ 1..) => write!(f, "\n  and {more} more {word}"),
        _ => Ok(()),
    }
}

/// The table's number and its name for SQL.
async fn find(conn: &mut PgConnection, table: &str) -> Result<(driver::Oid, String)> {
    let found: Option<(driver::Oid, String)> = driver::query_as(
        "SELECT c.oid, c.oid::pg_catalog.regclass::text FROM pg_catalog.pg_class AS c
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
         AND (c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid)
              OR c.oid = CASE WHEN $1 ~ '^[[:alnum:]_\"]' THEN pg_catalog.to_regclass($1) END)
         ORDER BY c.relname = $1 DESC LIMIT 1",
    )
    .bind(table)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(found) = found {
        return Ok(found);
    }
    let there: Vec<String> = driver::query_scalar(
        "SELECT c.oid::pg_catalog.regclass::text FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
         AND n.nspname <> 'information_schema' ORDER BY 1 LIMIT 20",
    )
    .fetch_all(&mut *conn)
    .await?;
    let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
    Err(Error::Usage(format!(
        "cannot read the rows of {table}: there is no such table; the tables are: {there}"
    )))
}

fn owned(names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect()
}
