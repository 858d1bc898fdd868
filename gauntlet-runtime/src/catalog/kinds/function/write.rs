//! Functions and procedures.

use crate::catalog::ordered::Set;
use crate::catalog::text::equivalence::same_but_white_space;
use crate::catalog::write::names::{qualify, signature};
use crate::catalog::write::settings::set;
use crate::catalog::write::usual;
use crate::catalog::write::writer::{Add, Alter, Changed, dollar_quote};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn statement(id: &ObjectId, object: &Object, verb: &str) -> String {
    let (bare, _) = signature(&id.name);
    let what = id.kind.spec().keyword;
    let mut sql = format!(
        "{verb} {what} {}({})",
        qualify(id.schema.as_deref(), bare),
        object.text("arguments").unwrap_or_default()
    );
    if let Some(returns) = object.text("returns").filter(|_| id.kind == Kind::Function) {
        sql.add(format_args!("\nRETURNS {returns}"));
    }
    sql.add(format_args!(
        "\nLANGUAGE {}",
        quote_if_needed(object.text("language").unwrap_or("sql"))
    ));
    let types = object.list("transforms");
    if !types.is_empty() {
        let types: Vec<String> = types.iter().map(|t| format!("FOR TYPE {t}")).collect();
        sql.add(format_args!("\nTRANSFORM {}", types.join(", ")));
    }
    for (attribute, text) in [
        ("window", "WINDOW"),
        ("strict", "STRICT"),
        ("security_definer", "SECURITY DEFINER"),
        ("leakproof", "LEAKPROOF"),
    ] {
        if object.has(attribute) {
            sql.add(format_args!("\n{text}"));
        }
    }
    for (attribute, text) in [("volatility", ""), ("parallel", "PARALLEL ")] {
        if let Some(value) = object.text(attribute) {
            sql.add(format_args!("\n{text}{}", value.to_uppercase()));
        }
    }
    for (attribute, text) in [("cost", "COST"), ("rows", "ROWS"), ("support", "SUPPORT")] {
        if let Some(value) = object.text(attribute) {
            sql.add(format_args!("\n{text} {value}"));
        }
    }
    for (setting, value) in object.prefixed("set.") {
        let value = value.as_text().unwrap_or_default();
        sql.add(format_args!("\n{}", set(setting, value)));
    }
    if let Some(body) = object.text("sql_body") {
        sql.add(format_args!("\n{}", body.trim()));
    } else {
        sql.push_str("\nAS ");
        if let Some(binary) = object.text("binary") {
            sql.add(format_args!("{}, ", quote_literal(binary)));
        }
        let body = object.text("body").unwrap_or_default();
        let quoted = if matches!(object.text("language"), Some("c" | "internal")) {
            quote_literal(body)
        } else {
            dollar_quote(body)
        };
        sql.push_str(&quoted);
    }
    sql
}

/// The change of an attribute: `CREATE OR REPLACE`, except for those that it would keep, such as arguments and result.
pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "arguments" | "returns" | "window" | "transforms" => Alter::Recreate,
        _ => Alter::one(statement(c.id, c.expected, "CREATE OR REPLACE")),
    }
}

/// Needs the transforms of its argument types.
pub(crate) fn needs(catalog: &Catalog, _: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    let language = object.text("language").unwrap_or_default();
    for data_type in object.list("transforms") {
        let transform = format!("FOR {data_type} LANGUAGE {language}");
        usual::need(catalog, ObjectId::new(Kind::Transform, transform), needs);
    }
}

/// Returns true if two bodies differ in white space only.
pub(crate) fn same_meaning(
    attribute: &str,
    object: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    let (Some(Value::Text(expected)), Some(Value::Text(actual))) = (expected, actual) else {
        return false;
    };
    let language = object.text("language").unwrap_or_default();
    attribute == "body" && same_but_white_space(expected, actual, language)
}
