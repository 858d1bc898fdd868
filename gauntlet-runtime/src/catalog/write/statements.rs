//! Entry points for every kind: the statements that create, drop, rename and alter an object.

use super::attached::{alter as alter_attached, attached};
use super::writer::{Alter, Changed, Writer};
use crate::catalog::kinds::spec::Separate;
use crate::catalog::text::read_back::readable_back;
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The statements that make one object of a catalog, with all that is said of it: columns, comments,
/// privileges, owner. Empty when the catalog does not hold it.
///
/// What only hangs on it (indexes, triggers, foreign keys) are objects of their own. The statements are
/// to run with the home schema first on `search_path`.
pub fn create(catalog: &Catalog, id: &ObjectId) -> Vec<String> {
    make(writer(catalog), id, &|_| false)
}

/// The statements that drop one object of a catalog. Those that lose rows or values begin with a comment
/// line that says so; what depends on the object stands in their way.
pub fn remove(catalog: &Catalog, id: &ObjectId) -> Vec<String> {
    drop(writer(catalog), id, &Catalog::default())
}

/// The statement that renames one object of a catalog.
pub(crate) fn rename_to(catalog: &Catalog, id: &ObjectId, name: &str) -> String {
    let renamed = ObjectId { name: name.to_owned(), ..id.clone() };
    rename(writer(catalog), &renamed, &id.name)
}

fn writer(catalog: &Catalog) -> Writer<'_> {
    Writer {
        catalog,
        home: Some(&catalog.home),
        version: catalog.server_version,
        defaults: None,
        owners: true,
    }
}

/// The object in whose statement this one is created: columns, and what stands inside `CREATE TABLE`.
pub(crate) fn made_with(
    catalog: &Catalog,
    id: &ObjectId,
    object: &Object,
    separate: Separate<'_>,
) -> Option<ObjectId> {
    (id.kind.spec().created_with)(catalog, id, object, separate)
}

/// All statements that create an object with everything that belongs to it: comments, privileges, and what is created
/// with it.
pub(crate) fn make(w: Writer<'_>, id: &ObjectId, separate: Separate<'_>) -> Vec<String> {
    let Some(object) = w.catalog.get(id) else {
        return Vec::new();
    };
    let mut out = (id.kind.spec().create)(w, id, object, separate);
    out.extend(attached(w, id, object));
    let members = [Kind::Column, Kind::ViewColumn, Kind::Constraint, Kind::DomainConstraint];
    for kind in members {
        for (member, object) in w.catalog.children(kind, id.schema.as_deref(), &id.name) {
            if made_with(w.catalog, member, object, separate).as_ref() == Some(id) {
                out.extend(attached(w, member, object));
            }
        }
    }
    out.iter().map(|sql| readable_back(sql)).collect()
}

/// The statements that drop an object, behind a comment line where rows or values are lost. `wanted` is the catalog to
/// reach: a dropped column stays in the child tables that keep it there.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, wanted: &Catalog) -> Vec<String> {
    let unknown = Object::default();
    (id.kind.spec().drop)(w, id, w.catalog.get(id).unwrap_or(&unknown), wanted)
}

/// The statement that gives an object its expected name.
pub(crate) fn rename(w: Writer<'_>, id: &ObjectId, old: &str) -> String {
    (id.kind.spec().rename)(w, id, old)
}

/// The change of one attribute.
pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let common = alter_attached(w, c);
    match common.unwrap_or_else(|| (c.id.kind.spec().alter)(w, c)) {
        Alter::Sql(sql) => Alter::Sql(sql.iter().map(|sql| readable_back(sql)).collect()),
        other => other,
    }
}
