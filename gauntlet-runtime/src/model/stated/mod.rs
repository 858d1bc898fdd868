//! The comparison of head with what structs and enums state.
//!
//! What is stated is made real before it is compared: on a database at head, in a transaction that is rolled back, each
//! table gets a probe (`LIKE` it, without rows) on which the stated defaults, constraints and indexes are made, one by
//! one. The probes are read by the same reader as head, so that PostgreSQL itself has normalised every expression, and
//! with the types that the columns really have. Whether a field can read a column is asked of sqlx, with the types
//! that a query of the table returns.

mod columns;
mod complete;
mod constraints;
mod enums;
mod error;
mod guard;
mod probe;
mod relation;
mod topic;

pub use error::StatedError;
pub(crate) use topic::Topic;

use self::topic::broken;

use sqlx::{Connection as _, PgConnection};

use self::probe::Probe;
use self::relation::{Mentioned, Relation};
use super::{Models, Table};
use crate::catalog::{Catalog, ReadOptions};
use crate::finding::Finding;
use crate::names::quote_if_needed;

/// A database at head.
pub(crate) struct Head<'a> {
    /// Its catalog.
    pub(crate) catalog: &'a Catalog,
    /// A connection to it, as the migrations had it.
    pub(crate) conn: &'a mut PgConnection,
    /// How the catalog was read.
    pub(crate) read: &'a ReadOptions,
}

/// Everything that these models state and head does not keep, in the order in which it is stated.
pub(crate) async fn hold(models: &[Models], head: Head<'_>) -> Result<Vec<Finding>, StatedError> {
    let Head { catalog, conn, read } = head;
    let mut breaches = Vec::new();
    for one in models.iter().flat_map(Models::enums) {
        breaches.extend(enums::hold(one, catalog));
    }
    let mut transaction = conn.begin().await?;
    let result = tables(models, catalog, &mut transaction, read).await;
    transaction.rollback().await?;
    breaches.extend(result?);
    Ok(breaches)
}

async fn tables(
    models: &[Models],
    catalog: &Catalog,
    conn: &mut PgConnection,
    read: &ReadOptions,
) -> Result<Vec<Finding>, StatedError> {
    let mut held = Vec::new();
    for table in models.iter().flat_map(Models::tables) {
        let relation = Relation::find(catalog, &table.table, conn).await?;
        held.push((table, relation));
    }
    let lost = held.iter().any(|(_, relation)| relation.is_none());
    let mut probes = Vec::new();
    for (number, (table, relation)) in held.iter().enumerate() {
        let probe = match relation.as_ref() {
            Some(relation) if relation.table.is_some() => {
                Some(Probe::make(number, table, relation, lost, conn).await?)
            }
            _ => None,
        };
        probes.push(probe);
    }
    let read_back = if probes.iter().flatten().next().is_some() {
        Catalog::read(conn, read).await?
    } else {
        Catalog::default()
    };
    let mut breaches = Vec::new();
    for ((table, relation), probe) in held.iter().zip(&probes) {
        let Some(relation) = relation else {
            breaches.push(no_table(table, catalog));
            continue;
        };
        let mut mentioned = Mentioned::new();
        breaches.extend(columns::hold(table, relation, catalog, conn).await?);
        if let Some(probe) = probe {
            breaches.extend(probe.failed.iter().cloned());
            breaches.extend(columns::hold_stated(table, relation, probe, &read_back));
            breaches.extend(constraints::hold(table, relation, probe, &read_back, &mut mentioned));
            breaches.extend(guard::hold(table, relation, conn, &mut mentioned).await?);
        }
        if table.complete {
            breaches.extend(complete::hold(table, relation, &mentioned));
        }
    }
    Ok(breaches)
}

fn no_table(table: &Table, catalog: &Catalog) -> Finding {
    let title =
        format!("there is no table {} at head, which `{}` reads", table.table, table.rust_name);
    let object = format!("table {}", table.table);
    let mut breach = broken(Topic::Table, table.place, object, title);
    let names = catalog.tables().map(|t| t.id.qualified_name());
    let names: Vec<String> = names.chain(catalog.views().map(|v| v.id.qualified_name())).collect();
    if let Some(near) = near(&table.table, &names) {
        let text = format!("there is a {near}; if that is meant, put on the struct");
        breach = breach.help_rust(text, format!("#[model(table = \"{near}\")]"));
    } else {
        let text = "if the table has another name, put on the struct";
        breach = breach.help_rust(text, "#[model(table = \"...\")]");
    }
    let columns = table.columns.iter().map(|column| {
        let not_null = if column.nullable { "" } else { " NOT NULL" };
        format!("    {} {}{not_null}", quote_if_needed(&column.name), type_of(column))
    });
    let columns = columns.collect::<Vec<_>>().join(",\n");
    breach.migration(format!("CREATE TABLE {} (\n{columns}\n);", table.table))
}

/// The type that a column would be made with.
fn type_of(column: &super::Column) -> String {
    column.sql_type.clone().unwrap_or_else(|| column.ty.name().to_lowercase())
}

/// The name that was probably meant.
fn near<'a>(given: &str, names: &'a [String]) -> Option<&'a str> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    gauntlet_plan::nearest(given, &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        let names = ["users", "order_lines", "orders", "people"].map(str::to_owned);
        assert_eq!(near("user", &names), Some("users"));
        assert_eq!(near("order", &names), Some("orders"));
        assert_eq!(near("order_line", &names), Some("order_lines"));
        assert_eq!(near("person", &names), None);
        assert_eq!(near("people_by_name", &names), Some("people"));
    }
}
