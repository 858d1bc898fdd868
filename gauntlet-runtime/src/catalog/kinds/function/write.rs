//! Functions and procedures.

use crate::catalog::ordered::Set;
use crate::catalog::text::equivalence::same_but_white_space;
use crate::catalog::write::names::{qualify, signature};
use crate::catalog::write::usual;
use crate::catalog::write::writer::{Add, Alter, Changed, dollar_quote};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::{quote_if_needed, quote_literal};

/// Settings whose values are lists of names: each is quoted by itself.
const LISTS: &[&str] = &[
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

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

fn set(setting: &str, value: &Value) -> String {
    let value = value.as_text().unwrap_or_default();
    let name = setting.split('.').map(quote_if_needed).collect::<Vec<_>>().join(".");
    if LISTS.contains(&setting) {
        let names: Vec<String> =
            identifiers(value).iter().map(|name| quote_literal(name)).collect();
        let names = if names.is_empty() { "''".to_owned() } else { names.join(", ") };
        return format!("SET {name} TO {names}");
    }
    format!("SET {name} TO {}", quote_literal(value))
}

/// `"$user", public` as its names.
fn identifiers(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut name = String::new();
            let mut chars = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, c)) = chars.next() {
                if c != '"' {
                    name.push(c);
                } else if chars.next_if(|(_, next)| *next == '"').is_some() {
                    name.push('"');
                } else {
                    end = at + 1;
                    break;
                }
            }
            names.push(name);
            rest = &quoted[end..];
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            names.push(rest[..end].trim().to_owned());
            rest = &rest[end..];
        }
        rest = rest.trim_start().trim_start_matches(',').trim_start();
    }
    names
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_functions() {
        let shown = |name: &str, value: &str| set(name, &Value::from(value));
        assert_eq!(
            shown("search_path", r#""$user", public"#),
            "SET search_path TO '$user', 'public'"
        );
        assert_eq!(shown("search_path", r#""""#), "SET search_path TO ''");
        assert_eq!(shown("work_mem", "8MB"), "SET work_mem TO '8MB'");
        assert_eq!(shown("app.tenant", ""), "SET app.tenant TO ''");
    }
}
