//! Enums, composite types, ranges, domains, base types.

use super::writer::{Add, Alter, Changed, Writer, block, name, qualify};
use super::{column, constraint};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    match id.kind {
        Kind::Enum => vec![create_enum(&name(id), object.list("labels"))],
        Kind::CompositeType => create_composite(w, id),
        Kind::RangeType => vec![create_range(id, object)],
        Kind::Domain => vec![create_domain(w, id, object)],
        _ => create_base(id, object),
    }
}

/// Whether functions that it is made with mention it before it is complete.
pub(crate) fn begins_as_shell(id: &ObjectId, object: &Object) -> bool {
    match id.kind {
        Kind::BaseType => !object.has("shell"),
        Kind::RangeType => object.has("canonical"),
        _ => false,
    }
}

/// One label a line, so that a new label is a line in a review.
fn create_enum(name: &str, labels: &[String]) -> String {
    if labels.is_empty() {
        return format!("CREATE TYPE {name} AS ENUM ()");
    }
    let labels: Vec<String> = labels.iter().map(|label| quote_literal(label)).collect();
    format!("CREATE TYPE {name} AS ENUM (\n{}\n)", block(&labels))
}

fn create_composite(w: Writer<'_>, id: &ObjectId) -> Vec<String> {
    let columns = super::table::columns(w.catalog, id);
    let lines: Vec<String> =
        columns.iter().map(|(id, object)| column::definition(id, object)).collect();
    let mut out = vec![if lines.is_empty() {
        format!("CREATE TYPE {} AS ()", name(id))
    } else {
        format!("CREATE TYPE {} AS (\n{}\n)", name(id), block(&lines))
    }];
    for (column, object) in columns {
        out.extend(column::late(w, column, object));
    }
    out
}

fn create_range(id: &ObjectId, object: &Object) -> String {
    let mut lines = vec![format!("SUBTYPE = {}", object.text("subtype").unwrap_or_default())];
    let parts = [
        ("operator_class", "SUBTYPE_OPCLASS"),
        ("collation", "COLLATION"),
        ("canonical", "CANONICAL"),
        ("subtype_diff", "SUBTYPE_DIFF"),
    ];
    for (attribute, word) in parts {
        if let Some(value) = object.text(attribute) {
            lines.push(format!("{word} = {value}"));
        }
    }
    if let Some(multirange) = object.text("multirange") {
        lines.push(format!("MULTIRANGE_TYPE_NAME = {}", qualify(id.schema.as_deref(), multirange)));
    }
    format!("CREATE TYPE {} AS RANGE (\n{}\n)", name(id), block(&lines))
}

fn create_domain(w: Writer<'_>, id: &ObjectId, object: &Object) -> String {
    let mut sql =
        format!("CREATE DOMAIN {} AS {}", name(id), object.text("type").unwrap_or("text"));
    if let Some(collation) = object.text("collation") {
        sql.add(format_args!(" COLLATE {collation}"));
    }
    if let Some(default) = object.text("default") {
        sql.add(format_args!(" DEFAULT {default}"));
    }
    if object.has("not_null") {
        if let Some(name) = object.text("not_null_name") {
            sql.add(format_args!(" CONSTRAINT {}", quote_if_needed(name)));
        }
        sql.push_str(" NOT NULL");
    }
    let checks = w
        .catalog
        .children(Kind::DomainConstraint, id.schema.as_deref(), &id.name)
        .filter(|(_, object)| !object.has("not_valid"));
    for (check, object) in checks {
        sql.add(format_args!("\n    {}", constraint::clause(check, object)));
    }
    sql
}

fn create_base(id: &ObjectId, object: &Object) -> Vec<String> {
    let shell = format!("CREATE TYPE {}", name(id));
    if object.has("shell") {
        return vec![shell];
    }
    // Functions are told with their arguments and wanted without.
    let function = |text: &str| text.split('(').next().unwrap_or(text).to_owned();
    let parts = [
        ("input", "INPUT"),
        ("output", "OUTPUT"),
        ("receive", "RECEIVE"),
        ("send", "SEND"),
        ("typmod_in", "TYPMOD_IN"),
        ("typmod_out", "TYPMOD_OUT"),
        ("analyze", "ANALYZE"),
        ("subscript", "SUBSCRIPT"),
    ];
    let mut lines: Vec<String> = parts
        .iter()
        .filter_map(|(attribute, word)| {
            Some(format!("{word} = {}", function(object.text(attribute)?)))
        })
        .collect();
    lines.push(match object.text("length") {
        Some("-1") | None => "INTERNALLENGTH = VARIABLE".to_owned(),
        Some(length) => format!("INTERNALLENGTH = {length}"),
    });
    if object.has("passed_by_value") {
        lines.push("PASSEDBYVALUE".to_owned());
    }
    let alignment = match object.text("alignment") {
        Some("c") => "char",
        Some("s") => "int2",
        Some("d") => "double",
        _ => "int4",
    };
    lines.push(format!("ALIGNMENT = {alignment}"));
    let storage = match object.text("storage") {
        Some("e") => "external",
        Some("m") => "main",
        Some("x") => "extended",
        _ => "plain",
    };
    lines.push(format!("STORAGE = {storage}"));
    if let Some(category) = object.text("category") {
        lines.push(format!("CATEGORY = {}", quote_literal(category)));
    }
    if object.has("preferred") {
        lines.push("PREFERRED = true".to_owned());
    }
    if let Some(default) = object.text("default") {
        lines.push(format!("DEFAULT = {}", quote_literal(default)));
    }
    if let Some(element) = object.text("element") {
        lines.push(format!("ELEMENT = {element}"));
    }
    if let Some(delimiter) = object.text("delimiter") {
        lines.push(format!("DELIMITER = {}", quote_literal(delimiter)));
    }
    if object.has("collatable") {
        lines.push("COLLATABLE = true".to_owned());
    }
    vec![format!("{shell} (\n{}\n)", block(&lines))]
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.id.kind {
        Kind::Enum if c.attribute == "labels" => labels(c),
        Kind::Domain => alter_domain(c),
        Kind::RangeType if c.attribute == "multirange" => {
            let old = qualify(c.id.schema.as_deref(), c.found().unwrap_or_default());
            let new = quote_if_needed(c.wanted().unwrap_or_default());
            Alter::one(format!("ALTER TYPE {old} RENAME TO {new}"))
        }
        Kind::CompositeType if c.attribute == "column_order" => {
            Alter::No("the order of attributes changes only when the type is made anew".to_owned())
        }
        Kind::BaseType => alter_base(c),
        _ => Alter::Recreate,
    }
}

fn alter_base(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER TYPE {} SET", name(c.id));
    let function =
        |value: Option<&str>| value.and_then(|v| v.split('(').next()).unwrap_or("NONE").to_owned();
    match c.attribute {
        "receive" | "send" | "typmod_in" | "typmod_out" | "analyze" | "subscript" => Alter::one(
            format!("{head} ({} = {})", c.attribute.to_uppercase(), function(c.wanted())),
        ),
        "storage" => {
            let storage = match c.wanted() {
                Some("e") => "external",
                Some("m") => "main",
                Some("x") => "extended",
                _ => "plain",
            };
            Alter::one(format!("{head} (STORAGE = {storage})"))
        }
        _ => Alter::Recreate,
    }
}

/// Labels can be added and renamed; taking one away needs a new type.
fn labels(c: &Changed<'_>) -> Alter {
    let (wanted, found) = (c.expected.list("labels"), c.actual.list("labels"));
    let head = format!("ALTER TYPE {}", name(c.id));
    let kept: Vec<&String> = wanted.iter().filter(|label| found.contains(label)).collect();
    if found.iter().eq(kept.iter().copied()) {
        let mut out = Vec::new();
        for (at, label) in wanted.iter().enumerate() {
            if found.contains(label) {
                continue;
            }
            // All before it are there by now, so that it goes behind its neighbour.
            let place = match at.checked_sub(1).and_then(|before| wanted.get(before)) {
                Some(before) if at + 1 < wanted.len() => {
                    format!(" AFTER {}", quote_literal(before))
                }
                Some(_) => String::new(),
                None => found
                    .first()
                    .map(|first| format!(" BEFORE {}", quote_literal(first)))
                    .unwrap_or_default(),
            };
            out.push(format!("{head} ADD VALUE {}{place}", quote_literal(label)));
        }
        return Alter::Sql(out);
    }
    if wanted.len() == found.len()
        && wanted.iter().collect::<crate::catalog::ordered::Set<_>>() != found.iter().collect()
    {
        let changed: Vec<(&String, &String)> =
            wanted.iter().zip(found).filter(|(a, b)| a != b).collect();
        if changed.iter().all(|(new, old)| !found.contains(new) && !wanted.contains(old)) {
            return Alter::Sql(
                changed
                    .into_iter()
                    .map(|(new, old)| {
                        let (old, new) = (quote_literal(old), quote_literal(new));
                        format!("-- rows that hold {old} hold {new} afterwards\n{head} RENAME VALUE {old} TO {new}")
                    })
                    .collect(),
            );
        }
    }
    Alter::Recreate
}

fn alter_domain(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER DOMAIN {}", name(c.id));
    match c.attribute {
        "default" => Alter::one(match c.wanted() {
            Some(expression) => format!("{head} SET DEFAULT {expression}"),
            None => format!("{head} DROP DEFAULT"),
        }),
        "not_null" => Alter::one(match (c.wanted(), c.expected.text("not_null_name")) {
            (Some(_), Some(name)) => {
                format!("{head} ADD CONSTRAINT {} NOT NULL", quote_if_needed(name))
            }
            (Some(_), None) => format!("{head} SET NOT NULL"),
            (None, _) => format!("{head} DROP NOT NULL"),
        }),
        "not_null_name" if c.expected.has("not_null") && c.actual.has("not_null") => {
            let invented = crate::names::make_object_name(&c.id.name, None, "not_null");
            let text = |value: Option<&str>| quote_if_needed(value.unwrap_or(&invented));
            let (old, new) = (text(c.found()), text(c.wanted()));
            Alter::one(format!("{head} RENAME CONSTRAINT {old} TO {new}"))
        }
        "not_null_name" => Alter::Elsewhere,
        _ => Alter::Recreate,
    }
}
