//! Publications.

use crate::catalog::text::equivalence::same_but_order;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed, Writer};
use crate::catalog::{Object, ObjectId, Value};
use crate::names::{quote_if_needed, quote_literal};

/// The tables and schemas behind `FOR` and `SET`.
fn published(object: &Object) -> Vec<String> {
    let mut parts: Vec<String> = object
        .prefixed("table.")
        .map(|(table, value)| {
            let more = value.as_text().unwrap_or_default().trim_start_matches("yes");
            format!("TABLE {table}{more}")
        })
        .collect();
    for (schema, _) in object.prefixed("schema.") {
        let schema = if schema == ObjectId::HOME {
            "CURRENT_SCHEMA".to_owned()
        } else {
            quote_if_needed(schema)
        };
        parts.push(format!("TABLES IN SCHEMA {schema}"));
    }
    parts
}

fn publication_options(object: &Object) -> Vec<String> {
    let mut options = Vec::new();
    let operations = object.list("operations");
    if operations.len() != 4 {
        options.push(format!("publish = {}", quote_literal(&operations.join(", "))));
    }
    if object.has("via_root") {
        options.push("publish_via_partition_root = true".to_owned());
    }
    if let Some(columns) = object.text("generated_columns") {
        options.push(format!("publish_generated_columns = {columns}"));
    }
    options
}

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> String {
    let mut sql = format!("CREATE PUBLICATION {}", name(id));
    if object.has("all_tables") {
        sql.push_str(" FOR ALL TABLES");
    } else {
        // Before 15 the word stands once; PostgreSQL still understands it for a list.
        let parts = published(object);
        if !parts.is_empty() {
            sql.add(format_args!(" FOR {}", join_published(w, &parts)));
        }
    }
    let options = publication_options(object);
    if !options.is_empty() {
        sql.add(format_args!(" WITH ({})", options.join(", ")));
    }
    sql
}

fn join_published(w: Writer<'_>, parts: &[String]) -> String {
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = match part.strip_prefix("TABLE ") {
            Some(bare) if at > 0 && w.version < 150_000 => bare,
            _ => part,
        };
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(part);
    }
    out
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let head = format!("ALTER PUBLICATION {}", name(c.id));
    match c.attribute {
        "operations" => {
            let operations = quote_literal(&c.expected.list("operations").join(", "));
            Alter::one(format!("{head} SET (publish = {operations})"))
        }
        "via_root" => {
            let value = c.wanted().is_some();
            Alter::one(format!("{head} SET (publish_via_partition_root = {value})"))
        }
        "generated_columns" => {
            let value = c.wanted().unwrap_or("none");
            Alter::one(format!("{head} SET (publish_generated_columns = {value})"))
        }
        "all_tables" => Alter::Recreate,
        _ => {
            let parts = published(c.expected);
            if parts.is_empty() || c.expected.has("all_tables") || c.actual.has("all_tables") {
                return Alter::Recreate;
            }
            Alter::one(format!("{head} SET {}", join_published(w, &parts)))
        }
    }
}

/// PostgreSQL keeps the columns of a table in the order of the table.
pub(crate) fn same_meaning(
    attribute: &str,
    _: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    let (Some(Value::Text(expected)), Some(Value::Text(actual))) = (expected, actual) else {
        return false;
    };
    let columns = |text: &'_ str| -> Option<(String, String)> {
        let (columns, rest) = text.strip_prefix("yes (")?.split_once(')')?;
        Some((columns.to_owned(), rest.to_owned()))
    };
    attribute.starts_with("table.")
        && matches!((columns(expected), columns(actual)),
            (Some((a, after_a)), Some((b, after_b))) if after_a == after_b && same_but_order(&a, &b))
}
