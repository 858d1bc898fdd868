//! What became of rows between two moments, column by column.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::{Moment, Table};
use super::row::Row;

/// How much of a value or a row is shown.
const SHOWN: usize = 60;

/// Something that became of the rows of a table.
#[derive(Debug)]
pub(in crate::checks) struct Change {
    /// As SQL.
    pub(in crate::checks) table: String,
    pub(in crate::checks) what: What,
}

/// What became of rows.
#[derive(Debug)]
pub(in crate::checks) enum What {
    /// A column has other values.
    Column { name: String, rows: usize, example: String, has_triggers: bool },
    /// Rows are gone.
    Gone { rows: usize, example: Option<String> },
    /// Rows have come.
    Extra { rows: usize, example: Option<String> },
    /// Too many to compare, and not the same.
    Other,
}

impl Change {
    /// Whether something that was there is not there any more.
    pub(in crate::checks) fn is_loss(&self) -> bool {
        !matches!(self.what, What::Extra { .. })
    }

    /// A line about it.
    pub(in crate::checks) fn line(&self) -> String {
        let table = &self.table;
        let such_as = |example: &Option<String>| {
            example.as_ref().map(|example| format!(", such as {example}")).unwrap_or_default()
        };
        match &self.what {
            What::Column { name, rows: 1, example, .. } => {
                format!("column {name} of table {table} differs in 1 row: {example}")
            }
            What::Column { name, rows, example, .. } => {
                format!("column {name} of table {table} differs in {rows} rows, such as {example}")
            }
            What::Gone { rows: 1, example } => {
                format!("1 row of table {table} is gone{}", such_as(example))
            }
            What::Gone { rows, example } => {
                format!("{rows} rows of table {table} are gone{}", such_as(example))
            }
            What::Extra { rows: 1, example } => {
                format!("table {table} has 1 row more{}", such_as(example))
            }
            What::Extra { rows, example } => {
                format!("table {table} has {rows} rows more{}", such_as(example))
            }
            What::Other => format!("the rows of table {table} differ"),
        }
    }
}

/// What became of the rows of one moment until another one. Columns that only one of the moments has do not count.
pub(in crate::checks) fn changes(before: &Moment, after: &Moment) -> Vec<Change> {
    let mut all = Vec::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let found = match (before.get(name), after.get(name)) {
            (Some(was), Some(is)) if was.is_like(is) => continue,
            (Some(was), Some(is)) => of_table(was, is),
            (Some(was), None) => {
                let example = was.rows.as_ref().and_then(|rows| rows.first()).map(shown);
                vec![What::Gone { rows: count(was), example }]
            }
            (None, Some(is)) => {
                let example = is.rows.as_ref().and_then(|rows| rows.first()).map(shown);
                vec![What::Extra { rows: count(is), example }]
            }
            (None, None) => continue,
        };
        all.extend(found.into_iter().map(|what| Change { table: name.clone(), what }));
    }
    all
}

fn count(table: &Table) -> usize {
    usize::try_from(table.count).unwrap_or(0)
}

fn of_table(was: &Table, is: &Table) -> Vec<What> {
    let (Some(old), Some(new)) = (&was.rows, &is.rows) else { return vec![What::Other] };
    let columns = |rows: &[Row]| -> BTreeSet<String> {
        rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default()
    };
    let common: Vec<String> = columns(old)
        .intersection(&columns(new))
        .filter(|column| !was.generated.contains(*column) && !is.generated.contains(*column))
        .cloned()
        .collect();
    let has_triggers = was.has_triggers || is.has_triggers;
    let has_key = !was.key.is_empty() && was.key.iter().all(|column| common.contains(column));
    if has_key {
        by_key(&was.key, &common, (old, new), has_triggers)
    } else {
        as_wholes(&common, (old, new), has_triggers)
    }
}

/// The values of some columns of a row, as one text.
fn values(row: &Row, columns: &[String]) -> String {
    columns
        .iter()
        .map(|column| row.get(column).map_or("null", String::as_str).to_owned() + "\n")
        .collect()
}

fn by_key(
    key: &[String],
    columns: &[String],
    (old, new): (&[Row], &[Row]),
    has_triggers: bool,
) -> Vec<What> {
    let mut found: BTreeMap<String, &Row> = new.iter().map(|row| (values(row, key), row)).collect();
    let mut differing: BTreeMap<&String, (usize, String)> = BTreeMap::new();
    let (mut gone, mut lost) = (0, None);
    for row in old {
        let Some(same) = found.remove(&values(row, key)) else {
            gone += 1;
            lost.get_or_insert_with(|| shown(row));
            continue;
        };
        for column in columns {
            let (was, is) = (&row[column], &same[column]);
            if was != is {
                let example = || {
                    let place: Vec<String> =
                        key.iter().map(|name| format!("{name} {}", value(&row[name]))).collect();
                    format!("{}: {} became {}", place.join(", "), value(was), value(is))
                };
                let entry = differing.entry(column).or_insert_with(|| (0, example()));
                entry.0 += 1;
            }
        }
    }
    let mut all: Vec<What> = differing
        .into_iter()
        .map(|(name, (rows, example))| What::Column {
            name: name.clone(),
            rows,
            example,
            has_triggers,
        })
        .collect();
    if gone > 0 {
        all.push(What::Gone { rows: gone, example: lost });
    }
    if let Some(row) = found.values().next() {
        all.push(What::Extra { rows: found.len(), example: Some(shown(row)) });
    }
    all
}

/// Without a key, equal rows are the same row, and a column differs where its values do.
fn as_wholes(columns: &[String], (old, new): (&[Row], &[Row]), has_triggers: bool) -> Vec<What> {
    let (old, new) = unmatched(old, new, columns);
    match old.len().cmp(&new.len()) {
        std::cmp::Ordering::Greater => {
            let example = old.first().map(|row| shown(row));
            vec![What::Gone { rows: old.len() - new.len(), example }]
        }
        std::cmp::Ordering::Less => {
            let example = new.first().map(|row| shown(row));
            vec![What::Extra { rows: new.len() - old.len(), example }]
        }
        std::cmp::Ordering::Equal => columns
            .iter()
            .filter_map(|column| {
                let one = std::slice::from_ref(column);
                let old: Vec<Row> = old.iter().map(|row| (*row).clone()).collect();
                let new: Vec<Row> = new.iter().map(|row| (*row).clone()).collect();
                let (was, is) = unmatched(&old, &new, one);
                let (first, other) = (was.first()?, is.first()?);
                let example =
                    format!("{} instead of {}", value(&other[column]), value(&first[column]));
                Some(What::Column { name: column.clone(), rows: was.len(), example, has_triggers })
            })
            .collect(),
    }
}

/// The rows of each side that have no equal on the other, by some columns.
fn unmatched<'a>(
    old: &'a [Row],
    new: &'a [Row],
    columns: &[String],
) -> (Vec<&'a Row>, Vec<&'a Row>) {
    let mut waiting: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in new {
        waiting.entry(values(row, columns)).or_default().push(row);
    }
    let mut left = Vec::new();
    for row in old {
        if waiting.get_mut(&values(row, columns)).and_then(Vec::pop).is_none() {
            left.push(row);
        }
    }
    (left, waiting.into_values().flatten().collect())
}

/// A row as a person reads it.
pub(in crate::checks) fn shown(row: &Row) -> String {
    let parts: Vec<String> =
        row.iter().map(|(name, content)| format!("{name} {}", value(content))).collect();
    cut(&parts.join(", "), 4 * SHOWN)
}

fn value(content: &str) -> String {
    match serde_json::from_str::<Option<String>>(content) {
        Ok(None) => "NULL".to_owned(),
        Ok(Some(text)) => cut(&format!("'{text}'"), SHOWN),
        Err(_) => cut(content, SHOWN),
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
