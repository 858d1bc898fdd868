//! The values of the columns of foreign keys: those that the other tables hold.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::Axis;
use super::filled::Without;
use super::schema::{Reference, Table, Types};
use super::values::series;
use crate::driver::{self, PgConnection};
use crate::names::quote_literal;

/// The most tuples that are taken from other tables.
const MOST: usize = 48;

/// The most that remain for columns that are part of no key: fewer than a table gets rows.
const SHARED: usize = 12;

/// The values of the columns of foreign keys.
#[derive(Debug, Default)]
pub(super) struct Referring {
    pub(super) axes: Vec<Axis>,
    /// Columns that take the value of another column of the same row, which refers to itself.
    pub(super) own: Vec<(usize, usize)>,
}

impl Referring {
    /// Whether a column gets its value here.
    pub(super) fn has(&self, column: usize) -> bool {
        self.axes.iter().any(|axis| axis.columns.contains(&column))
            || self.own.iter().any(|(own, _)| *own == column)
    }
}

/// What is known while the tables are filled.
pub(super) struct Known<'a> {
    pub(super) types: &'a Types,
    /// All tables.
    pub(super) tables: &'a [Table],
    /// The tables that get their rows after this one although it refers to them.
    pub(super) deferred: bool,
    /// True for the first rows of a table that refers to itself.
    pub(super) first: bool,
}

/// Finds the values; a table that refers to one without rows cannot be filled.
pub(super) async fn values(
    conn: &mut PgConnection,
    table: &Table,
    known: &Known<'_>,
) -> driver::Result<Result<Referring, Without>> {
    let mut all = Referring::default();
    for cluster in clusters(table) {
        if let Some(without) = add(conn, table, &cluster, known, &mut all).await? {
            return Ok(Err(without));
        }
    }
    Ok(Ok(all))
}

/// The foreign keys, those with a column in common together.
fn clusters(table: &Table) -> Vec<Vec<&Reference>> {
    let mut all: Vec<Vec<&Reference>> = Vec::new();
    for reference in &table.references {
        let shares = |cluster: &Vec<&Reference>| {
            cluster
                .iter()
                .any(|other| other.columns.iter().any(|column| reference.columns.contains(column)))
        };
        let (sharing, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(shares);
        let mut one: Vec<&Reference> = sharing.into_iter().flatten().collect();
        one.push(reference);
        others.push(one);
        all = others;
    }
    all
}

async fn add(
    conn: &mut PgConnection,
    table: &Table,
    cluster: &[&Reference],
    known: &Known<'_>,
    all: &mut Referring,
) -> driver::Result<Option<Without>> {
    let mut usable: Vec<&Reference> = Vec::new();
    let mut nulls: BTreeSet<usize> = BTreeSet::new();
    for reference in cluster {
        let is_own = reference.target == table.oid;
        let holds = if is_own && known.first {
            false
        } else {
            let sql = format!("SELECT EXISTS (SELECT FROM {})", reference.target_sql);
            driver::query_scalar(&sql).fetch_one(&mut *conn).await?
        };
        if holds {
            usable.push(reference);
        } else if let Some(column) = optional(table, reference, cluster) {
            nulls.insert(column);
        } else if is_own {
            for (column, number) in reference.columns.iter().zip(&reference.target_columns) {
                match table.column(*number) {
                    Some(target) if target != *column => all.own.push((*column, target)),
                    _ => {}
                }
            }
        } else if let Some(axis) = later(table, reference, cluster, known) {
            all.axes.push(axis);
        } else {
            let reason = format!("it refers to {}, which holds no rows", reference.target_sql);
            return Ok(Some(Without::new(&table.name, Some(reference.name.clone()), reason)));
        }
    }
    let taken = |column: &usize| nulls.contains(column) || all.has(*column);
    let mut columns: BTreeMap<usize, String> = BTreeMap::new();
    let mut conditions: Vec<String> = Vec::new();
    for (at, reference) in usable.iter().enumerate() {
        for (column, name) in reference.columns.iter().zip(&reference.target_names) {
            let value = format!("f{at}.{name}");
            conditions.push(format!("{value} IS NOT NULL"));
            match columns.get(column) {
                Some(same) => conditions.push(format!("{same} = {value}")),
                None if taken(column) => {}
                None => {
                    columns.insert(*column, value);
                }
            }
        }
    }
    for column in nulls {
        let value = format!("NULL::{}", table.columns[column].type_sql);
        all.axes.push(Axis { columns: vec![column], tuples: vec![vec![value]] });
    }
    if columns.is_empty() {
        return Ok(None);
    }
    let from: Vec<String> = usable
        .iter()
        .enumerate()
        .map(|(at, reference)| format!("{} f{at}", reference.target_sql))
        .collect();
    let values: Vec<String> = columns.values().map(|value| format!("{value}::text")).collect();
    let sql = format!(
        "SELECT v FROM (SELECT DISTINCT ARRAY[{}] FROM {} WHERE {}) AS q (v) ORDER BY pg_catalog.md5(v::text) LIMIT {MOST}",
        values.join(", "),
        from.join(", "),
        conditions.join(" AND ")
    );
    let found: Vec<Vec<String>> = driver::query_scalar(&sql).fetch_all(&mut *conn).await?;
    let columns: Vec<usize> = columns.into_keys().collect();
    let literal = |(column, text): (&usize, &String)| {
        format!("{}::{}", quote_literal(text), table.columns[*column].type_sql)
    };
    let mut tuples: Vec<Vec<String>> =
        found.iter().map(|row| columns.iter().zip(row).map(literal).collect()).collect();
    if tuples.is_empty() {
        let names: Vec<&str> = cluster.iter().map(|reference| reference.name.as_str()).collect();
        let reason = "no rows of the tables that it refers to fit together";
        return Ok(Some(Without::new(&table.name, Some(names.join(", ")), reason)));
    }
    // Several rows refer to the same, where that may be.
    if !table.keys.iter().flatten().any(|column| columns.contains(column)) {
        tuples.truncate(SHARED);
    }
    // One row that refers to nothing, where that may be.
    if let Some(place) = columns.iter().position(|column| !table.columns[*column].not_null) {
        let mut nothing = tuples[0].clone();
        nothing[place] = format!("NULL::{}", table.columns[columns[place]].type_sql);
        tuples.insert(1, nothing);
    }
    all.axes.push(Axis { columns, tuples });
    Ok(None)
}

/// A column whose NULL leaves a foreign key out; one that no other foreign key uses, where there is one.
fn optional(table: &Table, reference: &Reference, cluster: &[&Reference]) -> Option<usize> {
    let nullable =
        || reference.columns.iter().copied().filter(|column| !table.columns[*column].not_null);
    let shared =
        |column: &usize| cluster.iter().filter(|other| other.columns.contains(column)).count() > 1;
    nullable().find(|column| !shared(column)).or_else(|| nullable().next())
}

/// The keys that a table is going to have that is filled later.
fn later(
    table: &Table,
    reference: &Reference,
    cluster: &[&Reference],
    known: &Known<'_>,
) -> Option<Axis> {
    if !known.deferred || !reference.deferrable || cluster.len() > 1 {
        return None;
    }
    let target = known.tables.iter().find(|other| other.oid == reference.target)?;
    let keys: Option<Vec<usize>> =
        reference.target_columns.iter().map(|number| target.column(*number)).collect();
    let keys = keys?;
    let tuple = |at: usize| -> Option<Vec<String>> {
        let columns = keys.iter().zip(&reference.columns);
        columns
            .map(|(key, column)| {
                let key = &target.columns[*key];
                let text = series(known.types, key.type_oid, &key.type_sql, at)?;
                Some(format!("{}::{}", quote_literal(&text), table.columns[*column].type_sql))
            })
            .collect()
    };
    let tuples: Option<Vec<Vec<String>>> = (0..12).map(tuple).collect();
    Some(Axis { columns: reference.columns.clone(), tuples: tuples? })
}
