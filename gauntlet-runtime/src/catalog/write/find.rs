//! Objects of a catalog, found by where they hang or by the name that PostgreSQL prints.

use crate::catalog::ordered;
use crate::catalog::write::names::{name, parent};
use crate::catalog::write::writer::Writer;
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The relation, of whatever kind, that an object hangs on.
pub(crate) fn relation<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<(ObjectId, &'a Object)> {
    let kinds =
        [Kind::Table, Kind::ForeignTable, Kind::CompositeType, Kind::View, Kind::MaterializedView];
    kinds.into_iter().find_map(|kind| {
        let id = object_on(id, kind)?;
        let object = catalog.get(&id)?;
        Some((id, object))
    })
}

/// The parent of an object, if it is of this kind.
pub(crate) fn object_on(id: &ObjectId, kind: Kind) -> Option<ObjectId> {
    let name = id.parent.clone()?;
    Some(ObjectId { kind, schema: id.schema.clone(), parent: None, name })
}

/// The columns in order.
pub(crate) fn columns<'a>(catalog: &'a Catalog, id: &ObjectId) -> Vec<(&'a ObjectId, &'a Object)> {
    let kind = id.kind.spec().columns.unwrap_or(Kind::Column);
    let mut columns: Vec<_> = catalog.children(kind, id.schema.as_deref(), &id.name).collect();
    let position = |object: &Object| -> usize {
        object.fact("position").and_then(|p| p.parse().ok()).unwrap_or(usize::MAX)
    };
    ordered::sort_by(&mut columns, &mut |a, b| {
        position(a.1).cmp(&position(b.1)).then_with(|| a.0.name.cmp(&b.0.name))
    });
    columns
}

/// The columns of the parents that a column is inherited from.
pub(crate) fn column_parents(catalog: &Catalog, id: &ObjectId) -> Vec<ObjectId> {
    if !catalog.get(id).is_some_and(|column| column.has("inherited")) {
        return Vec::new();
    }
    let Some((_, table)) = relation(catalog, id) else {
        return Vec::new();
    };
    let parents = table.text("partition_of").into_iter();
    let parents = parents.chain(table.list("inherits").iter().map(String::as_str));
    let column = |(parent, _): (ObjectId, _)| ObjectId {
        schema: parent.schema,
        parent: Some(parent.name),
        ..id.clone()
    };
    parents.filter_map(|printed| table_called(catalog, printed)).map(column).collect()
}

/// Finds a table by the name that PostgreSQL prints for it (`audit."Users"`).
pub(crate) fn table_called<'a>(
    catalog: &'a Catalog,
    printed: &str,
) -> Option<(ObjectId, &'a Object)> {
    let ids = catalog.of_kind(Kind::Table).chain(catalog.of_kind(Kind::ForeignTable));
    ids.filter(|(id, _)| name(id) == printed).map(|(id, object)| (id.clone(), object)).next()
}

/// `ALTER TABLE users`, or of whatever kind the relation is.
pub(crate) fn alter_relation(w: Writer<'_>, id: &ObjectId) -> String {
    match relation(w.catalog, id) {
        Some((relation, _)) => {
            format!("ALTER {} {}", relation.kind.spec().keyword, name(&relation))
        }
        None => format!("ALTER TABLE {}", parent(id)),
    }
}
