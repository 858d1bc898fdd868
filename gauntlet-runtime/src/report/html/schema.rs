//! The tables at head: data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, ConstraintRef, ConstraintType, TableRef};

/// The tables at head.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    /// How many partitions were left out.
    #[serde(default)]
    pub(super) partitions: usize,
}

/// A table.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Table {
    /// With its schema where that is not home.
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
}

/// A column.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) data_type: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) key: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) not_null: bool,
}

/// A foreign key.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) referenced: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Schema {
    /// The tables of a catalog. Partitions are left out: they repeat their table.
    pub(super) fn of(catalog: &Catalog) -> Schema {
        let (partitions, tables): (Vec<_>, Vec<_>) =
            catalog.tables().partition(TableRef::is_partition);
        Schema { tables: tables.into_iter().map(Table::of).collect(), partitions: partitions.len() }
    }
}

impl Table {
    fn of(table: TableRef<'_>) -> Table {
        let keys: BTreeSet<&str> = table
            .primary_key()
            .iter()
            .flat_map(ConstraintRef::columns)
            .map(String::as_str)
            .collect();
        let columns = table.columns().into_iter().map(|column| Column {
            name: column.name().to_owned(),
            data_type: column.data_type().to_owned(),
            key: keys.contains(column.name()),
            not_null: column.is_not_null(),
        });
        let links = table.constraints().filter_map(|constraint| {
            let foreign = constraint.constraint_type() == Some(ConstraintType::ForeignKey);
            foreign.then_some(())?;
            Some(Link {
                columns: constraint.columns().to_vec(),
                table: constraint.referenced_table()?.to_owned(),
                referenced: constraint.referenced_columns().to_vec(),
            })
        });
        Table {
            name: table.id.qualified_name(),
            columns: columns.collect(),
            links: links.collect(),
        }
    }
}
