//! One door for every kind: the statements that make, drop, rename and change an object.

use super::writer::{Alter, Changed, Writer, name, parent, qualify, relation, target, word};
use super::{
    attached, column, constraint, foreign, grant, index, operator, routine, schema, sequence,
    table, trigger, types, view,
};
use crate::catalog::text::read_back::readable_back;
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

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

fn writer(catalog: &Catalog) -> Writer<'_> {
    Writer {
        catalog,
        home: Some(&catalog.home),
        version: catalog.server_version,
        defaults: None,
        owners: true,
    }
}

/// Whether an object is made together with another: columns, and what stands inside `CREATE TABLE`.
pub(crate) fn made_with(
    catalog: &Catalog,
    id: &ObjectId,
    object: &Object,
    separate: &dyn Fn(&ObjectId) -> bool,
) -> Option<ObjectId> {
    match id.kind {
        Kind::Column | Kind::ViewColumn => relation(catalog, id).map(|(relation, _)| relation),
        Kind::Constraint
            if constraint::is_inherited(object)
                || (constraint::is_inline(object) && !separate(id)) =>
        {
            relation(catalog, id).map(|(relation, _)| relation)
        }
        Kind::DomainConstraint if !object.has("not_valid") => Some(ObjectId {
            kind: Kind::Domain,
            schema: id.schema.clone(),
            parent: None,
            name: id.parent.clone()?,
        }),
        Kind::Index if index::attaches_late(catalog, object) => None,
        // What a partition has because its parent has it.
        Kind::Index | Kind::Trigger if object.has("attached_to") || object.has("inherited") => {
            relation(catalog, id).map(|(relation, _)| relation)
        }
        _ => None,
    }
}

/// All statements that make an object with all that is said of it and of what is made with it.
pub(crate) fn make(
    w: Writer<'_>,
    id: &ObjectId,
    separate: &dyn Fn(&ObjectId) -> bool,
) -> Vec<String> {
    let Some(object) = w.catalog.get(id) else {
        return Vec::new();
    };
    let mut out = match id.kind {
        Kind::Table | Kind::ForeignTable => table::create(w, id, object, separate),
        Kind::Column => column::create(w, id, object),
        Kind::Constraint => constraint::create(w, id, object),
        Kind::DomainConstraint => constraint::create_for_domain(id, object),
        Kind::Index => index::create(w, id, object),
        Kind::Statistics => index::create_statistics(id, object),
        Kind::View | Kind::MaterializedView => view::create(w, id, object),
        Kind::ViewColumn => column::view_column_late(w, id, object),
        Kind::Sequence => sequence::create(id, object),
        Kind::Enum | Kind::BaseType | Kind::CompositeType | Kind::RangeType | Kind::Domain => {
            types::create(w, id, object)
        }
        Kind::Function | Kind::Procedure | Kind::Aggregate => routine::create(id, object),
        Kind::Operator
        | Kind::OperatorFamily
        | Kind::OperatorClass
        | Kind::Cast
        | Kind::Transform => operator::create(id, object),
        Kind::Trigger | Kind::Rule | Kind::Policy | Kind::EventTrigger => {
            trigger::create(w, id, object)
        }
        Kind::ForeignDataWrapper
        | Kind::Server
        | Kind::UserMapping
        | Kind::Publication
        | Kind::Subscription => foreign::create(w, id, object),
        Kind::DefaultPrivilege => Vec::new(),
        _ => schema::create(w, id, object),
    };
    out.extend(attached::attached(w, id, object));
    let members = [Kind::Column, Kind::ViewColumn, Kind::Constraint, Kind::DomainConstraint];
    for kind in members {
        for (member, object) in w.catalog.children(kind, id.schema.as_deref(), &id.name) {
            if made_with(w.catalog, member, object, separate).as_ref() == Some(id) {
                out.extend(attached::attached(w, member, object));
            }
        }
    }
    out.iter().map(|sql| readable_back(sql)).collect()
}

/// The statements that drop an object, with a comment line where rows or values are lost.
/// `wanted` is the catalog that is to be; what stays there of a dropped column's children stays.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, wanted: &Catalog) -> Vec<String> {
    let object = w.catalog.get(id);
    let statement = match id.kind {
        Kind::Column => {
            let sql = column::drop(w, id, stays_in_children(w.catalog, id, wanted));
            let plain =
                object.is_none_or(|o| !o.has("generated_stored") && !o.has("generated_virtual"));
            let of_table =
                relation(w.catalog, id).is_none_or(|(relation, _)| relation.kind == Kind::Table);
            if plain && of_table { format!("{}\n{sql}", column::loss(id)) } else { sql }
        }
        Kind::Table => {
            let rows = quote_literal(&id.qualified_name());
            format!("-- the rows of table {rows} are lost\nDROP TABLE {}", name(id))
        }
        Kind::Constraint | Kind::DomainConstraint => constraint::drop(w, id),
        Kind::Index => format!("DROP INDEX {}", qualify(id.schema.as_deref(), &id.name)),
        Kind::Subscription => return foreign::drop_subscription(id, object),
        Kind::DefaultPrivilege => {
            return object
                .into_iter()
                .flat_map(|object| {
                    object.prefixed("grant.").flat_map(move |(grantee, value)| {
                        grant::alter(w, id, object, &format!("grant.{grantee}"), None, Some(value))
                            .unwrap_or_default()
                    })
                })
                .collect();
        }
        Kind::ViewColumn => return Vec::new(),
        // Its own functions need it, and it needs them.
        Kind::BaseType | Kind::RangeType
            if object.is_some_and(|o| types::begins_as_shell(id, o)) =>
        {
            format!("DROP {} CASCADE", target(id))
        }
        _ => format!("DROP {}", target(id)),
    };
    vec![statement]
}

/// Whether a table that inherits the column is to keep it.
fn stays_in_children(catalog: &Catalog, id: &ObjectId, wanted: &Catalog) -> bool {
    let printed = parent(id);
    catalog.of_kind(Kind::Table).filter(|(_, table)| table.list("inherits").contains(&printed)).any(
        |(child, _)| {
            let column = ObjectId {
                kind: Kind::Column,
                schema: child.schema.clone(),
                parent: Some(child.name.clone()),
                name: id.name.clone(),
            };
            wanted.get(&column).is_some_and(|column| column.text("inherited") != Some("yes"))
        },
    )
}

/// The statement that gives an object its expected name.
pub(crate) fn rename(w: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let new = quote_if_needed(&id.name);
    let was = quote_if_needed(old);
    match id.kind {
        Kind::Column => {
            let composite = relation(w.catalog, id)
                .is_some_and(|(relation, _)| relation.kind == Kind::CompositeType);
            let what = if composite { "ATTRIBUTE" } else { "COLUMN" };
            format!("{} RENAME {what} {was} TO {new}", column::alter_relation(w, id))
        }
        Kind::ViewColumn => {
            format!("{} RENAME COLUMN {was} TO {new}", column::alter_relation(w, id))
        }
        Kind::Constraint | Kind::DomainConstraint => constraint::rename(w, id, old),
        Kind::Trigger | Kind::Rule | Kind::Policy => {
            format!("ALTER {} {was} ON {} RENAME TO {new}", word(id.kind), parent(id))
        }
        Kind::Function | Kind::Procedure | Kind::Aggregate => routine::rename(id, old),
        _ => {
            let old = qualify(id.schema.as_deref(), old);
            format!("ALTER {} {old} RENAME TO {new}", word(id.kind))
        }
    }
}

/// What changes one attribute.
pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    match alter_as_printed(w, c) {
        Alter::Sql(sql) => Alter::Sql(sql.iter().map(|sql| readable_back(sql)).collect()),
        other => other,
    }
}

fn alter_as_printed(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    if let Some(alter) = attached::alter(w, c) {
        return alter;
    }
    match c.id.kind {
        Kind::Table | Kind::ForeignTable => table::alter(w, c),
        Kind::Column => column::alter(w, c),
        Kind::ViewColumn => view::alter_column(w, c),
        Kind::Constraint => constraint::alter(w, c),
        Kind::DomainConstraint => constraint::alter_for_domain(c),
        Kind::Index => index::alter(w, c),
        Kind::Statistics => index::alter_statistics(c),
        Kind::View | Kind::MaterializedView => view::alter(w, c),
        Kind::Sequence => sequence::alter(c),
        Kind::Enum | Kind::BaseType | Kind::CompositeType | Kind::RangeType | Kind::Domain => {
            types::alter(c)
        }
        Kind::Function | Kind::Procedure | Kind::Aggregate => routine::alter(c),
        Kind::Operator | Kind::OperatorFamily | Kind::OperatorClass => operator::alter(c),
        Kind::Trigger | Kind::Rule | Kind::Policy | Kind::EventTrigger => trigger::alter(w, c),
        Kind::ForeignDataWrapper
        | Kind::Server
        | Kind::UserMapping
        | Kind::Publication
        | Kind::Subscription => foreign::alter(w, c),
        _ => schema::alter(w, c),
    }
}
