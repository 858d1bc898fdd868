//! Views and materialized views.

use crate::catalog::kinds::view_column::write::view_column_late;
use crate::catalog::text::equivalence::same_but_column_order;
use crate::catalog::text::read_back::as_read_back;
use crate::catalog::write::find::columns;
use crate::catalog::write::names::name;
use crate::catalog::write::options::{option, options};
use crate::catalog::write::writer::{Add, Alter, Changed, Writer};
use crate::catalog::{Kind, Object, ObjectId, Value};
use crate::names::quote_if_needed;

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = vec![statement(id, object, "CREATE")];
    for (column, object) in columns(w.catalog, id) {
        out.extend(view_column_late(w, column, object));
    }
    out
}

fn statement(id: &ObjectId, object: &Object, verb: &str) -> String {
    let mut sql = format!("{verb} {} {}", id.kind.spec().keyword, name(id));
    if let Some(method) = object.text("access_method") {
        sql.add(format_args!("\nUSING {}", quote_if_needed(method)));
    }
    if let Some(options) = options(object) {
        sql.add(format_args!("\nWITH {options}"));
    }
    if let Some(tablespace) = object.text("tablespace") {
        sql.add(format_args!("\nTABLESPACE {}", quote_if_needed(tablespace)));
    }
    let definition = object.text("definition").unwrap_or_default();
    sql.add(format_args!(" AS\n{}", definition.trim_end().trim_end_matches(';')));
    if object.has("populated") {
        sql.push_str("\nWITH NO DATA");
    }
    sql
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let head = format!("ALTER {} {}", c.id.kind.spec().keyword, name(c.id));
    match c.attribute {
        "definition" if c.id.kind == Kind::View && keeps_columns(w, c) => {
            Alter::one(statement(c.id, c.expected, "CREATE OR REPLACE"))
        }
        "populated" if c.wanted().is_none() => {
            Alter::one(format!("REFRESH MATERIALIZED VIEW {}", name(c.id)))
        }
        "populated" => Alter::one(format!("REFRESH MATERIALIZED VIEW {} WITH NO DATA", name(c.id))),
        "tablespace" => {
            let tablespace = quote_if_needed(c.wanted().unwrap_or("pg_default"));
            Alter::one(format!("{head} SET TABLESPACE {tablespace}"))
        }
        "access_method" if w.version >= 150_000 => {
            let method = quote_if_needed(c.wanted().unwrap_or("heap"));
            Alter::one(format!("{head} SET ACCESS METHOD {method}"))
        }
        name => match name.strip_prefix("option.") {
            Some(name) => Alter::one(option(&head, name, c.wanted())),
            None => Alter::Recreate,
        },
    }
}

/// Returns true if `CREATE OR REPLACE VIEW` suffices: all columns stay, in their places and with their types.
fn keeps_columns(w: Writer<'_>, c: &Changed<'_>) -> bool {
    let (wanted, found) = (columns(w.catalog, c.id), columns(c.before, c.id));
    found.len() <= wanted.len()
        && found
            .iter()
            .zip(&wanted)
            .all(|((a, x), (b, y))| a.name == b.name && x.fact("type") == y.fact("type"))
}

/// Returns true if two definitions differ only in the order of their columns.
pub(crate) fn same_meaning(
    attribute: &str,
    _: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    let (Some(Value::Text(expected)), Some(Value::Text(actual))) = (expected, actual) else {
        return false;
    };
    attribute == "definition"
        && same_but_column_order(&as_read_back(expected), &as_read_back(actual))
}
