//! The members of a description that most kinds share: a plain name, DROP, RENAME, no privileges, no needs.

use super::names;
use crate::catalog::kinds::spec::{Privileges, Separate};
use crate::catalog::ordered::Set;
use crate::catalog::write::find::relation;
use crate::catalog::write::names::{by_method, parent, qualify, signature};
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::quote_if_needed;

/// `name` or `schema.name`.
pub(crate) fn name(id: &ObjectId) -> String {
    qualify(id.schema.as_deref(), &id.name)
}

/// A routine's name with its argument types.
pub(crate) fn name_of_routine(id: &ObjectId) -> String {
    let (bare, arguments) = signature(&id.name);
    format!("{}({arguments})", qualify(id.schema.as_deref(), bare))
}

/// `ops USING btree`.
pub(crate) fn name_with_method(id: &ObjectId) -> String {
    let (bare, method) = by_method(&id.name);
    format!("{} USING {}", qualify(id.schema.as_deref(), bare), quote_if_needed(method))
}

/// `TABLE users`.
pub(crate) fn target(id: &ObjectId) -> String {
    format!("{} {}", id.kind.spec().keyword, names::name(id))
}

/// `TRIGGER t ON users`.
pub(crate) fn target_on_parent(id: &ObjectId) -> String {
    format!("{} {} ON {}", id.kind.spec().keyword, quote_if_needed(&id.name), parent(id))
}

/// `COLUMN users.email`.
pub(crate) fn target_in_parent(id: &ObjectId) -> String {
    format!("COLUMN {}.{}", parent(id), quote_if_needed(&id.name))
}

/// An object that always has a statement of its own.
pub(crate) fn created_alone(
    _: &Catalog,
    _: &ObjectId,
    _: &Object,
    _: Separate<'_>,
) -> Option<ObjectId> {
    None
}

/// An object that is always part of its relation's statement.
pub(crate) fn created_with_relation(
    catalog: &Catalog,
    id: &ObjectId,
    _: &Object,
    _: Separate<'_>,
) -> Option<ObjectId> {
    relation(catalog, id).map(|(relation, _)| relation)
}

/// `DROP TABLE users`.
pub(crate) fn drop(_: Writer<'_>, id: &ObjectId, _: &Object, _: &Catalog) -> Vec<String> {
    vec![format!("DROP {}", names::target(id))]
}

/// `DROP TYPE t`; with its own functions, where it needs them and they need it.
pub(crate) fn drop_shell(
    _: Writer<'_>,
    id: &ObjectId,
    object: &Object,
    _: &Catalog,
) -> Vec<String> {
    let cascade = if (id.kind.spec().begins_as_shell)(object) { " CASCADE" } else { "" };
    vec![format!("DROP {}{cascade}", names::target(id))]
}

/// `ALTER TABLE old RENAME TO new`.
pub(crate) fn rename(_: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let old = qualify(id.schema.as_deref(), old);
    format!("ALTER {} {old} RENAME TO {}", id.kind.spec().keyword, quote_if_needed(&id.name))
}

/// `ALTER TRIGGER old ON users RENAME TO new`.
pub(crate) fn rename_on_parent(_: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let (old, new) = (quote_if_needed(old), quote_if_needed(&id.name));
    format!("ALTER {} {old} ON {} RENAME TO {new}", id.kind.spec().keyword, parent(id))
}

/// `ALTER FUNCTION old(integer) RENAME TO new`.
pub(crate) fn rename_routine(_: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let was = ObjectId { name: old.to_owned(), ..id.clone() };
    let (new, _) = signature(&id.name);
    format!(
        "ALTER {} {} RENAME TO {}",
        id.kind.spec().keyword,
        names::name(&was),
        quote_if_needed(new)
    )
}

/// No attribute can be changed: the object is dropped and created again.
pub(crate) fn recreate(_: Writer<'_>, _: &Changed<'_>) -> Alter {
    Alter::Recreate
}

/// Needs nothing that its texts do not mention.
pub(crate) fn no_needs(_: &Catalog, _: &ObjectId, _: &Object, _: &mut Set<ObjectId>) {}

/// Adds an object to what is needed, if the catalog has it.
pub(crate) fn need(catalog: &Catalog, wanted: ObjectId, needs: &mut Set<ObjectId>) {
    if catalog.objects.contains_key(&wanted) {
        needs.insert(wanted);
    }
}

/// Values that differ have different meanings.
pub(crate) fn every_difference_counts(
    _: &str,
    _: &Object,
    _: Option<&Value>,
    _: Option<&Value>,
) -> bool {
    false
}

/// Returns true for two lists that differ in their order only.
pub(crate) fn same_members(expected: Option<&Value>, actual: Option<&Value>) -> bool {
    let (Some(Value::List(expected)), Some(Value::List(actual))) = (expected, actual) else {
        return false;
    };
    let (mut expected, mut actual) = (expected.clone(), actual.clone());
    expected.sort();
    actual.sort();
    expected == actual
}

/// The argument types of a routine.
#[expect(clippy::unnecessary_wraps, reason = "the form of `Renamed::SameAttributesAnd`")]
pub(crate) fn same_arguments(_: &Catalog, id: &ObjectId, _: &Object) -> Option<Vec<String>> {
    Some(vec![id.name.split_once('(').map_or("", |(_, arguments)| arguments).to_owned()])
}

/// The columns of a relation, which must be some. The sequence of a serial has a name made of the relation's.
pub(crate) fn same_columns(catalog: &Catalog, id: &ObjectId, _: &Object) -> Option<Vec<String>> {
    let mut columns = children(catalog, Kind::Column, id);
    for (sequence, _) in catalog.of_kind(Kind::Sequence).filter(|(_, object)| {
        object.fact("owned_by_table").is_some_and(|table| table == id.qualified_name())
    }) {
        let default = format!("default=nextval('{}'::regclass)", names::name(sequence));
        for column in &mut columns {
            *column = column.replace(&default, "default=nextval of its own");
        }
    }
    (!columns.is_empty()).then_some(columns)
}

/// The children of a kind, each as a text with all its attributes.
pub(crate) fn children(catalog: &Catalog, kind: Kind, id: &ObjectId) -> Vec<String> {
    catalog
        .children(kind, id.schema.as_deref(), &id.name)
        .map(|(child, object)| {
            let attributes: Vec<String> =
                object.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{}: {}", child.name, attributes.join("; "))
        })
        .collect()
}

/// `GRANT … ON TYPE mood`.
pub(crate) const ON_TYPE: Privileges = Privileges {
    defaults: Some("types"),
    on: |_, id, on| {
        on.public = Some("USAGE");
        format!("TYPE {}", names::name(id))
    },
};

/// `GRANT … ON TABLE users`.
pub(crate) const ON_TABLE: Privileges =
    Privileges { defaults: Some("tables"), on: |_, id, _| format!("TABLE {}", names::name(id)) };

/// `GRANT … (email) ON TABLE users`.
pub(crate) const ON_COLUMN: Privileges = Privileges {
    defaults: None,
    on: |_, id, on| {
        on.column = Some(quote_if_needed(&id.name));
        on.owner_has_all = false;
        format!("TABLE {}", parent(id))
    },
};
