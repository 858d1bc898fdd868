//! Columns that an enum reads although PostgreSQL does not know it: a CHECK should hold them to its values.
//!
//! The CHECK may be written in any way: it is asked what it admits.

use super::super::{Column, Guard, Table};
use super::constraints::drops;
use super::relation::{Mentioned, Relation};
use super::topic::{Topic, broken};
use crate::catalog::{ConstraintRef, ConstraintType};
use crate::driver::{self, PgConnection, Row as _};
use crate::finding::Finding;
use crate::names::{quote_ident, quote_if_needed, quote_literal};

pub(super) async fn hold<'a>(
    table: &Table,
    relation: &Relation<'a>,
    conn: &mut PgConnection,
    mentioned: &mut Mentioned<'a>,
) -> Result<Vec<Finding>, driver::Error> {
    let mut breaches = Vec::new();
    for column in &table.columns {
        let (Some(guard), Some(actual)) =
            (&column.guard, relation.columns.get(column.name.as_str()))
        else {
            continue;
        };
        let info = relation.infos.get(&column.name);
        if info.and_then(|info| driver::reads(&column.ty, info)) != Some(true) {
            continue;
        }
        let checks: Vec<ConstraintRef<'a>> = relation
            .constraints()
            .into_iter()
            .filter(|c| c.constraint_type() == Some(ConstraintType::Check))
            .filter(|c| c.columns() == [column.name.clone()])
            .collect();
        mentioned.extend(checks.iter().map(|check| check.id));
        let admitted = admitted(guard, column, actual.data_type(), &checks, conn).await?;
        breaches.extend(judge(guard, column, relation, &checks, &admitted));
    }
    Ok(breaches)
}

/// The values of the enum, and some that are none of them, each with the answer of the CHECKs.
async fn admitted(
    guard: &Guard,
    column: &Column,
    data_type: &str,
    checks: &[ConstraintRef<'_>],
    conn: &mut PgConnection,
) -> Result<Vec<(String, bool)>, driver::Error> {
    let conditions: Vec<String> = checks
        .iter()
        .filter_map(|check| check.definition().strip_prefix("CHECK "))
        .map(|expression| format!("COALESCE({expression}, true)"))
        .collect();
    let conditions = if conditions.is_empty() { "true".into() } else { conditions.join(" AND ") };
    let mut values = guard.values.clone();
    values.extend(strangers(guard));
    let sql = format!(
        "SELECT given, {conditions} FROM unnest($1::text[]) AS values(given), \
         LATERAL (SELECT given::{data_type} AS {}) AS held",
        quote_ident(&column.name)
    );
    let rows = driver::query(&sql).bind(&values).fetch_all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Values that are none of the enum's: the numbers around and between, or a text that nobody would write.
fn strangers(guard: &Guard) -> Vec<String> {
    if !guard.integer {
        return vec!["no variant of it".to_owned()];
    }
    let known: Vec<i64> = guard.values.iter().filter_map(|value| value.parse().ok()).collect();
    let mut near: Vec<i64> =
        known.iter().flat_map(|n| [n.checked_sub(1), n.checked_add(1)]).flatten().collect();
    // Every integer type of PostgreSQL holds these.
    near.retain(|n| i16::try_from(*n).is_ok() && !known.contains(n));
    near.sort_unstable();
    near.dedup();
    near.iter().map(ToString::to_string).collect()
}

fn judge(
    guard: &Guard,
    column: &Column,
    relation: &Relation<'_>,
    checks: &[ConstraintRef<'_>],
    admitted: &[(String, bool)],
) -> Option<Finding> {
    let shown = |value: &String| if guard.integer { value.clone() } else { quote_literal(value) };
    let (own, others) = admitted.split_at(guard.values.len());
    let rejected: Vec<String> = own.iter().filter(|(_, yes)| !yes).map(|(v, _)| shown(v)).collect();
    let stranger = others.iter().find(|(_, yes)| *yes).map(|(value, _)| shown(value));
    let (table, name) = (relation.shown(), &column.name);
    let title = if !rejected.is_empty() {
        format!(
            "the CHECK of column {table}.{name} does not admit {}, which `{}` writes: the query fails at run time",
            rejected.join(", "),
            guard.rust_name
        )
    } else if checks.is_empty() {
        format!(
            "no CHECK limits column {table}.{name} to the values of `{}`: reading any other value fails at run time",
            guard.rust_name
        )
    } else if let Some(stranger) = stranger {
        format!(
            "the CHECK of column {table}.{name} admits more than `{}` knows, such as {stranger}: reading that fails at run time",
            guard.rust_name
        )
    } else {
        return None;
    };
    let values: Vec<String> = guard.values.iter().map(shown).collect();
    let wanted = format!("CHECK ({} IN ({}))", quote_if_needed(name), values.join(", "));
    let there = if checks.is_empty() {
        "no CHECK".to_owned()
    } else {
        checks.iter().map(ConstraintRef::full_definition).collect::<Vec<_>>().join("\n")
    };
    let about: Vec<&ConstraintRef<'_>> = checks.iter().collect();
    let drops = drops(&about, relation);
    Some(
        broken(Topic::Enum, column.place, relation.column_object(name), title)
            .values(&*wanted, there)
            .migration(format!("{drops}ALTER TABLE {} ADD {wanted};", relation.shown_sql()))
            .help("if the column is guarded otherwise, put #[model(unguarded)] on the field"),
    )
}
