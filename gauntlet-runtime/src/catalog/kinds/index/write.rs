//! Indexes that do not back a constraint.

use crate::catalog::kinds::constraint::write::{alter_index, marks};
use crate::catalog::kinds::spec::Separate;
use crate::catalog::ordered::Set;
use crate::catalog::write::find::relation;
use crate::catalog::write::names::{parent, qualify};
use crate::catalog::write::options::options;
use crate::catalog::write::usual;
use crate::catalog::write::writer::{Add, Alter, Changed, Writer};
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

/// Returns true if a partition's index needs a statement of its own: an index of the parent that is not valid is created
/// when the partitions exist, so that they do not get it.
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
    if let Some(options) = options(object) {
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

/// Part of its partition's statement when the partition has it because its parent has it.
pub(crate) fn created_with(
    catalog: &Catalog,
    id: &ObjectId,
    object: &Object,
    _: Separate<'_>,
) -> Option<ObjectId> {
    let follows = object.has("attached_to") || object.has("inherited");
    if !follows || attaches_late(catalog, object) {
        return None;
    }
    relation(catalog, id).map(|(relation, _)| relation)
}

/// Needs its access method, the index that it is attached to, and while it is invalid the partitions of its table.
pub(crate) fn needs(catalog: &Catalog, id: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    let method = object.text("method").unwrap_or_default();
    usual::need(catalog, ObjectId::new(Kind::AccessMethod, method), needs);
    if let Some((parent, _)) = attached_to(catalog, object) {
        needs.insert(parent.clone());
    }
    if object.has("invalid") {
        let table = parent(id);
        let partitions = catalog
            .of_kind(Kind::Table)
            .filter(|(_, other)| other.text("partition_of") == Some(&table));
        needs.extend(partitions.map(|(partition, _)| partition.clone()));
    }
}
