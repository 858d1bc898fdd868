//! Base types and shell types.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_literal;

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let shell = format!("CREATE TYPE {}", name(id));
    if object.has("shell") {
        return vec![shell];
    }
    // Functions come with their argument types and are written without.
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
