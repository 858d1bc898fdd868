//! Columns as SQL: their definitions, and the statements that add, drop and rename one.

use crate::catalog::kinds::sequence::write as sequence;
use crate::catalog::ordered::Set;
use crate::catalog::text::equivalence::is_null_default;
use crate::catalog::write::find::{alter_relation, column_parents, relation, table_called};
use crate::catalog::write::names::{parent, qualify};
use crate::catalog::write::options::{foreign_options, options};
use crate::catalog::write::usual;
use crate::catalog::write::writer::{Add, Writer};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::{quote_if_needed, quote_literal};

/// `email text DEFAULT ''::text NOT NULL`, as it stands in `CREATE TABLE` and behind `ADD COLUMN`.
pub(crate) fn definition(id: &ObjectId, object: &Object) -> String {
    format!(
        "{} {}{}",
        quote_if_needed(&id.name),
        object.text("type").unwrap_or("text"),
        properties(id, object)
    )
}

/// The text behind the type; also the one behind `WITH OPTIONS` in typed tables and partitions.
pub(crate) fn properties(id: &ObjectId, object: &Object) -> String {
    let mut out = foreign_options(object, "fdw_option.");
    if let Some(method) = object.text("compression") {
        out.add(format_args!(" COMPRESSION {method}"));
    }
    if let Some(collation) = object.text("collation") {
        out.add(format_args!(" COLLATE {collation}"));
    }
    if let Some(expression) = object.text("default") {
        out.add(format_args!(" DEFAULT {expression}"));
    }
    if let Some(expression) = object.text("generated_stored") {
        out.add(format_args!(" GENERATED ALWAYS AS ({}) STORED", bare(expression)));
    }
    if let Some(expression) = object.text("generated_virtual") {
        out.add(format_args!(" GENERATED ALWAYS AS ({})", bare(expression)));
    }
    if object.has("identity") {
        out.add(format_args!(" {}", identity(id, object)));
    }
    // A primary key implies NOT NULL; saying it twice does no harm, and the text does not depend on the key.
    if object.has("not_null") && !object.has("not_null_not_valid") {
        if let Some(name) = object.text("not_null_name") {
            out.add(format_args!(" CONSTRAINT {}", quote_if_needed(name)));
        }
        out.push_str(" NOT NULL");
        if object.has("not_null_no_inherit") {
            out.push_str(" NO INHERIT");
        }
    }
    out
}

/// The expression without the parentheses in which PostgreSQL prints some, so that they are not doubled.
pub(super) fn bare(expression: &str) -> &str {
    let Some(inside) = expression.strip_prefix('(').and_then(|e| e.strip_suffix(')')) else {
        return expression;
    };
    // Only when the first parenthesis is closed by the last one.
    let mut depth = 0usize;
    let mut quote = None;
    for c in inside.chars() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return expression,
            },
            _ => {}
        }
    }
    inside
}

pub(super) fn identity(id: &ObjectId, object: &Object) -> String {
    let when = if object.text("identity") == Some("always") { "ALWAYS" } else { "BY DEFAULT" };
    let mut options = Vec::new();
    if let Some(sequence) = object.text("identity_sequence") {
        options.push(format!("SEQUENCE NAME {}", qualify(id.schema.as_deref(), sequence)));
    }
    options.extend(sequence::options(object, "identity_", object.text("type").unwrap_or("bigint")));
    if options.is_empty() {
        format!("GENERATED {when} AS IDENTITY")
    } else {
        format!("GENERATED {when} AS IDENTITY ({})", options.join(" "))
    }
}

/// The statements for what can be set only on an existing column.
pub(crate) fn late(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    let column = quote_if_needed(&id.name);
    let head = format!("{} ALTER COLUMN {column}", alter_relation(w, id));
    if let Some(storage) = object.text("storage") {
        out.push(format!("{head} SET STORAGE {}", storage.to_uppercase()));
    }
    if let Some(target) = object.text("statistics") {
        out.push(format!("{head} SET STATISTICS {target}"));
    }
    if let Some(options) = options(object) {
        out.push(format!("{head} SET {options}"));
    }
    if object.has("not_null_not_valid") {
        out.extend(add_not_null(w, id, object));
    }
    if object.text("identity_persistence") == Some("u") {
        out.push(format!("ALTER SEQUENCE {} SET UNLOGGED", identity_sequence(id, object)));
    }
    out
}

/// The statements for what an inherited column has and its parent's column does not.
pub(crate) fn unlike_parent(
    w: Writer<'_>,
    table: &Object,
    id: &ObjectId,
    object: &Object,
) -> Vec<String> {
    let parents = table.list("inherits").iter();
    let theirs: Vec<&Object> = parents
        .filter_map(|printed| table_called(w.catalog, printed))
        .filter_map(|(parent, _)| {
            let column = ObjectId {
                schema: parent.schema.clone(),
                parent: Some(parent.name.clone()),
                ..id.clone()
            };
            w.catalog.get(&column)
        })
        .collect();
    let head = format!("{} ALTER COLUMN {}", alter_relation(w, id), quote_if_needed(&id.name));
    let mut out = Vec::new();
    let default = object.text("default");
    if theirs.iter().any(|parent| parent.text("default") != default) && !object.has("identity") {
        out.push(match default {
            Some(expression) => format!("{head} SET DEFAULT {expression}"),
            None => format!("{head} DROP DEFAULT"),
        });
    }
    if object.has("not_null") && !theirs.iter().any(|parent| parent.has("not_null")) {
        out.push(format!("{head} SET NOT NULL"));
    }
    out
}

pub(super) fn identity_sequence(id: &ObjectId, object: &Object) -> String {
    qualify(id.schema.as_deref(), object.fact("identity_sequence").unwrap_or_default())
}

/// `ALTER TABLE … ADD COLUMN …` with all that belongs to the column.
pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let kind = relation(w.catalog, id).map(|(relation, _)| relation.kind);
    let what = if kind == Some(Kind::CompositeType) { "ATTRIBUTE" } else { "COLUMN" };
    let mut out = vec![format!("{} ADD {what} {}", alter_relation(w, id), definition(id, object))];
    out.extend(late(w, id, object));
    out
}

/// `keep_in_children`: tables that inherit the column keep it as their own.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, keep_in_children: bool) -> String {
    let kind = relation(w.catalog, id).map(|(relation, _)| relation.kind);
    let what = if kind == Some(Kind::CompositeType) { "ATTRIBUTE" } else { "COLUMN" };
    let column = quote_if_needed(&id.name);
    let relation = alter_relation(w, id);
    if keep_in_children {
        return format!("{} DROP {what} {column}", relation.replacen("TABLE ", "TABLE ONLY ", 1));
    }
    format!("{relation} DROP {what} {column}")
}

pub(super) fn add_not_null(w: Writer<'_>, id: &ObjectId, object: &Object) -> Option<String> {
    let name = object
        .text("not_null_name")
        .map(|name| format!("CONSTRAINT {} ", quote_if_needed(name)))
        .unwrap_or_default();
    let inherit = if object.has("not_null_no_inherit") { " NO INHERIT" } else { "" };
    let valid = if object.has("not_null_not_valid") { " NOT VALID" } else { "" };
    object.has("not_null").then(|| {
        let column = quote_if_needed(&id.name);
        format!("{} ADD {name}NOT NULL {column}{inherit}{valid}", alter_relation(w, id))
    })
}

/// The comment line for a column whose values are lost.
pub(crate) fn loss(id: &ObjectId) -> String {
    format!("-- the values of column {} are lost", quote_literal(&id.qualified_name()))
}

/// The statements that drop a column, with a comment line where values are lost.
pub(crate) fn drop_with_warning(
    w: Writer<'_>,
    id: &ObjectId,
    object: &Object,
    wanted: &Catalog,
) -> Vec<String> {
    let sql = drop(w, id, stays_in_children(w.catalog, id, wanted));
    let plain = !object.has("generated_stored") && !object.has("generated_virtual");
    let of_table = relation(w.catalog, id).is_none_or(|(relation, _)| relation.kind == Kind::Table);
    vec![if plain && of_table { format!("{}\n{sql}", loss(id)) } else { sql }]
}

/// Returns true if a table that inherits the column keeps it.
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

/// `ALTER TABLE users RENAME COLUMN old TO new`.
pub(crate) fn rename(w: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let (old, new) = (quote_if_needed(old), quote_if_needed(&id.name));
    let composite =
        relation(w.catalog, id).is_some_and(|(relation, _)| relation.kind == Kind::CompositeType);
    let what = if composite { "ATTRIBUTE" } else { "COLUMN" };
    format!("{} RENAME {what} {old} TO {new}", alter_relation(w, id))
}

/// An inherited column needs that of the parent.
pub(crate) fn needs(catalog: &Catalog, id: &ObjectId, _: &Object, needs: &mut Set<ObjectId>) {
    for column in column_parents(catalog, id) {
        usual::need(catalog, column, needs);
    }
}

/// A default of NULL is that of a column without one; a column that left its parent and came back stays local.
pub(crate) fn same_meaning(
    attribute: &str,
    object: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    match (attribute, expected, actual) {
        ("default", Some(Value::Text(default)), None)
        | ("default", None, Some(Value::Text(default))) => {
            is_null_default(default, object.text("type").unwrap_or_default())
        }
        ("inherited", Some(Value::Text(inherited)), Some(_)) => inherited == "yes",
        _ => false,
    }
}
