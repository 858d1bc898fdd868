//! Indexes that no constraint stands for, and extended statistics.

use super::constraint::{alter_index, marks};
use super::writer::{Add, Alter, Changed, Writer, name, parent, qualify, relation};
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::quote_if_needed;

/// The index of the partitioned table that a partition's index belongs to.
pub(crate) fn attached_to<'a>(
    catalog: &'a Catalog,
    object: &Object,
) -> Option<(&'a ObjectId, &'a Object)> {
    let printed = object.text("attached_to")?;
    catalog.of_kind(Kind::Index).find(|(id, _)| qualify(id.schema.as_deref(), &id.name) == printed)
}

/// Whether a partition's index comes by itself: one that is not valid is made when the partitions are
/// there, so that they do not get it.
pub(crate) fn attaches_late(catalog: &Catalog, object: &Object) -> bool {
    attached_to(catalog, object).is_some_and(|(_, parent)| parent.has("invalid"))
}

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut sql = String::from("CREATE ");
    if object.has("unique") {
        sql.push_str("UNIQUE ");
    }
    // An index of a partitioned table is invalid until every partition has its own.
    let partitioned = relation(w.catalog, id).is_some_and(|(_, table)| table.has("partition_key"));
    let only = if partitioned && object.has("invalid") { "ONLY " } else { "" };
    sql.add(format_args!("INDEX {} ON {only}{}", quote_if_needed(&id.name), parent(id)));
    match object.text("method") {
        Some("btree") | None => {}
        Some(method) => sql.add(format_args!(" USING {}", quote_if_needed(method))),
    }
    sql.add(format_args!(" ({})", object.list("keys").join(", ")));
    if object.has("include") {
        sql.add(format_args!(" INCLUDE ({})", object.list("include").join(", ")));
    }
    if object.has("nulls_not_distinct") {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    if let Some(options) = super::attached::options(object) {
        sql.add(format_args!(" WITH {options}"));
    }
    if let Some(tablespace) = object.text("tablespace") {
        sql.add(format_args!(" TABLESPACE {}", quote_if_needed(tablespace)));
    }
    if let Some(predicate) = object.text("predicate") {
        sql.add(format_args!(" WHERE {predicate}"));
    }
    let mut out = vec![sql];
    let index = qualify(id.schema.as_deref(), &id.name);
    for (column, target) in object.prefixed("statistics.") {
        out.push(format!("ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}"));
    }
    out.extend(marks(w, id, object));
    if let Some(partitioned) = object.text("attached_to") {
        out.push(format!("ALTER INDEX {partitioned} ATTACH PARTITION {index}"));
    }
    out
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    if let Some(alter) = alter_index(w, c) {
        return alter;
    }
    match c.attribute.strip_prefix("statistics.") {
        Some(column) => Alter::one(format!(
            "ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {}",
            qualify(c.id.schema.as_deref(), &c.id.name),
            c.wanted().unwrap_or("-1")
        )),
        None => Alter::Recreate,
    }
}

pub(crate) fn create_statistics(id: &ObjectId, object: &Object) -> Vec<String> {
    let kinds = object.list("kinds");
    let columns = object.text("columns").unwrap_or_default();
    // Statistics of one expression have no kinds; the default is all three.
    let kinds = if kinds.is_empty() || kinds.len() == 3 {
        String::new()
    } else {
        format!(" ({})", kinds.join(", "))
    };
    let mut out = vec![format!(
        "CREATE STATISTICS {}{kinds} ON {columns} FROM {}",
        name(id),
        object.text("table").unwrap_or_default()
    )];
    if let Some(target) = object.text("statistics") {
        out.push(format!("ALTER STATISTICS {} SET STATISTICS {target}", name(id)));
    }
    out
}

pub(crate) fn alter_statistics(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "statistics" => {
            let target = c.wanted().unwrap_or("-1");
            Alter::one(format!("ALTER STATISTICS {} SET STATISTICS {target}", name(c.id)))
        }
        _ => Alter::Recreate,
    }
}
