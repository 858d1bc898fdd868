//! Constraints of tables, and the indexes that back them.

use crate::catalog::kinds::spec::Separate;
use crate::catalog::ordered::Set;
use crate::catalog::write::find::{alter_relation, relation};
use crate::catalog::write::names::{parent, qualify};
use crate::catalog::write::options::{option, options};
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::quote_if_needed;

/// `CONSTRAINT c CHECK (…)`, as it stands in `CREATE TABLE` and behind `ADD`.
pub(crate) fn clause(id: &ObjectId, object: &Object) -> String {
    let mut out = format!(
        "CONSTRAINT {} {}",
        quote_if_needed(&id.name),
        object.text("definition").unwrap_or_default()
    );
    let trailers = [
        ("no_inherit", " NO INHERIT"),
        ("deferrable", " DEFERRABLE"),
        ("initially_deferred", " INITIALLY DEFERRED"),
        ("not_enforced", " NOT ENFORCED"),
        ("not_valid", " NOT VALID"),
    ];
    for (attribute, text) in trailers {
        if object.has(attribute) {
            out.push_str(text);
        }
    }
    out
}

/// Returns true if it can be part of `CREATE TABLE`: foreign keys come last, and a constraint that is not valid has to be added.
pub(crate) fn is_inline(object: &Object) -> bool {
    object.text("type") != Some("foreign key") && !object.has("not_valid")
}

/// Returns true if the table has another key of the same columns, into which PostgreSQL merges this one when both stand
/// in one `CREATE TABLE`.
pub(crate) fn is_redundant(catalog: &Catalog, id: &ObjectId, object: &Object) -> bool {
    if object.text("type") != Some("unique") {
        return false;
    }
    let parent = id.parent.as_deref().unwrap_or_default();
    catalog.children(Kind::Constraint, id.schema.as_deref(), parent).any(|(other, key)| {
        let earlier = match key.text("type") {
            Some("primary key") => true,
            Some("unique") => other.name < id.name,
            _ => false,
        };
        earlier && key.fact_list("columns") == object.fact_list("columns")
    })
}

/// Returns true if the parent table brings it along.
pub(crate) fn is_inherited(object: &Object) -> bool {
    object.text("inherited") == Some("yes")
}

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = vec![format!("{} ADD {}", alter_relation(w, id), clause(id, object))];
    out.extend(late(w, id, object));
    out
}

/// The statements for what can be set only on the existing index of a constraint.
pub(crate) fn late(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let index = qualify(id.schema.as_deref(), &id.name);
    let mut out = Vec::new();
    if let Some(options) = options(object) {
        out.push(format!("ALTER INDEX {index} SET {options}"));
    }
    if let Some(tablespace) = object.text("tablespace") {
        out.push(format!("ALTER INDEX {index} SET TABLESPACE {}", quote_if_needed(tablespace)));
    }
    out.extend(marks(w, id, object));
    out
}

/// `CLUSTER ON` and `REPLICA IDENTITY USING INDEX`, which constraints and indexes share.
pub(crate) fn marks(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    let index = quote_if_needed(&id.name);
    if object.has("clustered") {
        out.push(format!("{} CLUSTER ON {index}", alter_relation(w, id)));
    }
    if object.has("replica_identity") {
        out.push(format!("ALTER TABLE {} REPLICA IDENTITY USING INDEX {index}", parent(id)));
    }
    out
}

/// The change of those marks and of the index's own settings; `None` for other attributes.
pub(crate) fn alter_index(w: Writer<'_>, c: &Changed<'_>) -> Option<Alter> {
    let index = qualify(c.id.schema.as_deref(), &c.id.name);
    let relation = alter_relation(w, c.id);
    let bare = quote_if_needed(&c.id.name);
    Some(match c.attribute {
        "clustered" if c.wanted().is_some() => Alter::one(format!("{relation} CLUSTER ON {bare}")),
        // Another index took the mark, or none has it.
        "clustered" if siblings(w.catalog, c.id, "clustered") => Alter::Elsewhere,
        "clustered" => Alter::one(format!("{relation} SET WITHOUT CLUSTER")),
        "replica_identity" if c.wanted().is_some() => {
            Alter::one(format!("ALTER TABLE {} REPLICA IDENTITY USING INDEX {bare}", parent(c.id)))
        }
        "replica_identity" => replica_identity_elsewhere(w, c),
        "invalid" if relation_is_partitioned(w, c) => match c.wanted() {
            // It becomes valid when every partition has its own.
            None => Alter::Elsewhere,
            Some(_) => Alter::Recreate,
        },
        "invalid" if c.wanted().is_none() => Alter::one(format!("REINDEX INDEX {index}")),
        "invalid" => Alter::No("an index cannot be made invalid on purpose".to_owned()),
        "tablespace" => {
            let tablespace = quote_if_needed(c.wanted().unwrap_or("pg_default"));
            Alter::one(format!("ALTER INDEX {index} SET TABLESPACE {tablespace}"))
        }
        "attached_to" => match c.wanted() {
            Some(parent) => Alter::one(format!("ALTER INDEX {parent} ATTACH PARTITION {index}")),
            // It stays when its table is no partition any more, and is then the table's own.
            None if relation_is_detached(w, c) => Alter::Elsewhere,
            None => Alter::Recreate,
        },
        name => {
            let name = name.strip_prefix("option.")?;
            Alter::one(option(&format!("ALTER INDEX {index}"), name, c.wanted()))
        }
    })
}

fn relation_is_partitioned(w: Writer<'_>, c: &Changed<'_>) -> bool {
    relation(w.catalog, c.id).is_some_and(|(_, table)| table.has("partition_key"))
}

fn relation_is_detached(w: Writer<'_>, c: &Changed<'_>) -> bool {
    let is_partition = |catalog| {
        relation(catalog, c.id).is_some_and(|(_, table): (_, &Object)| table.has("partition_of"))
    };
    is_partition(c.before) && !is_partition(w.catalog)
}

fn siblings(catalog: &Catalog, id: &ObjectId, attribute: &str) -> bool {
    let parent = id.parent.as_deref().unwrap_or_default();
    [Kind::Index, Kind::Constraint].into_iter().any(|kind| {
        catalog
            .children(kind, id.schema.as_deref(), parent)
            .any(|(_, object)| object.has(attribute))
    })
}

fn replica_identity_elsewhere(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let wanted = relation(w.catalog, c.id)
        .and_then(|(_, table)| table.text("replica_identity").map(str::to_owned));
    match wanted.as_deref() {
        Some("index" | "full" | "nothing") => Alter::Elsewhere,
        _ => Alter::one(format!("ALTER TABLE {} REPLICA IDENTITY DEFAULT", parent(c.id))),
    }
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    if let Some(alter) = alter_index(w, c) {
        return alter;
    }
    let relation = alter_relation(w, c.id);
    let constraint = quote_if_needed(&c.id.name);
    match c.attribute {
        "not_valid"
            if c.wanted().is_none()
                && !c.expected.has("not_enforced")
                && !c.actual.has("not_enforced") =>
        {
            Alter::one(format!("{relation} VALIDATE CONSTRAINT {constraint}"))
        }
        "deferrable" | "initially_deferred" if c.expected.text("type") == Some("foreign key") => {
            let deferrable =
                if c.expected.has("deferrable") { "DEFERRABLE" } else { "NOT DEFERRABLE" };
            let initially =
                if c.expected.has("initially_deferred") { " INITIALLY DEFERRED" } else { "" };
            Alter::one(format!("{relation} ALTER CONSTRAINT {constraint} {deferrable}{initially}"))
        }
        "inherited" => Alter::No(
            "whether a constraint comes from a parent table follows from how both were made"
                .to_owned(),
        ),
        _ => Alter::Recreate,
    }
}

/// `ALTER TABLE users DROP CONSTRAINT users_pkey`.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, _: &Object, _: &Catalog) -> Vec<String> {
    vec![format!("{} DROP CONSTRAINT {}", alter_relation(w, id), quote_if_needed(&id.name))]
}

/// `ALTER TABLE users RENAME CONSTRAINT old TO new`.
pub(crate) fn rename(w: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let (old, new) = (quote_if_needed(old), quote_if_needed(&id.name));
    format!("{} RENAME CONSTRAINT {old} TO {new}", alter_relation(w, id))
}

/// Part of its table's statement, unless it is a foreign key or not valid; always when it is inherited.
pub(crate) fn created_with(
    catalog: &Catalog,
    id: &ObjectId,
    object: &Object,
    separate: Separate<'_>,
) -> Option<ObjectId> {
    (is_inherited(object)
        || (is_inline(object) && !separate(id) && !is_redundant(catalog, id, object)))
    .then(|| relation(catalog, id).map(|(relation, _)| relation))
    .flatten()
}

/// The name of the table a foreign key points at, and its columns there, if the reader knew them.
pub(crate) fn references(object: &Object) -> Option<(&str, &[String])> {
    Some((object.fact("referenced_table")?, object.fact_list("referenced_columns")))
}

/// A foreign key needs the key that it points at.
pub(crate) fn needs(catalog: &Catalog, _: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    let Some((printed, columns)) = references(object) else {
        return;
    };
    let tables = catalog.of_kind(Kind::Table);
    let Some((table, _)) = tables.into_iter().find(|(id, _)| id.qualified_name() == printed) else {
        return;
    };
    let wanted: Set<&String> = columns.iter().collect();
    for kind in [Kind::Constraint, Kind::Index] {
        for (key, properties) in catalog.children(kind, table.schema.as_deref(), &table.name) {
            let unique = properties.has("unique")
                || matches!(properties.text("type"), Some("primary key" | "unique"));
            if unique && properties.fact_list("columns").iter().collect::<Set<_>>() == wanted {
                needs.insert(key.clone());
            }
        }
    }
    for column in columns {
        needs.insert(ObjectId {
            kind: Kind::Column,
            schema: table.schema.clone(),
            parent: Some(table.name.clone()),
            name: column.clone(),
        });
    }
    needs.insert(table.clone());
}
