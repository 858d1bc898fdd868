//! Head compared with everything that the models state.

use super::super::{Models, Table};
use super::columns::type_of;
use super::error::StatedError;
use super::nearest::near;
use super::probe::Probe;
use super::relation::{Mentioned, Relation, shown_list};
use super::topic::{Topic, broken};
use super::{columns, complete, constraints, enums, guard};
use crate::catalog::{Catalog, ReadOptions};
use crate::driver::{Connection as _, PgConnection};
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
            breaches.extend(columns::hold_stated(table, (relation, catalog), probe, &read_back));
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
        format!("table {}, which `{}` reads, does not exist at head", table.table, table.rust_name);
    let object = format!("table {}", table.table);
    let mut breach = broken(Topic::Table, table.place, object, title);
    let names = catalog.tables().map(|t| t.id.qualified_name());
    let names: Vec<String> = names.chain(catalog.views().map(|v| v.id.qualified_name())).collect();
    if let Some(near) = near(&table.table, &names) {
        let text = format!("if {near} is meant, add to the struct");
        breach = breach.help_rust(text, format!("#[model(table = \"{near}\")]"));
    } else {
        let text = "if the table has another name, add to the struct";
        breach = breach.help_rust(text, "#[model(table = \"...\")]");
    }
    let columns = table.columns.iter().map(|column| {
        let not_null = if column.nullable { "" } else { " NOT NULL" };
        let default = column.default.as_ref();
        let default = default.map(|value| format!(" DEFAULT {value}")).unwrap_or_default();
        format!("    {} {}{default}{not_null}", quote_if_needed(&column.name), type_of(column))
    });
    let key = table.primary_key.as_ref();
    let key = key.map(|key| format!("    PRIMARY KEY ({})", shown_list(&key.columns)));
    let lines = columns.chain(key).collect::<Vec<_>>().join(",\n");
    let name: Vec<_> = table.table.split('.').map(quote_if_needed).collect();
    breach.migration(format!("CREATE TABLE {} (\n{lines}\n);", name.join(".")))
}
