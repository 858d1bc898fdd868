//! Functions, procedures and aggregates.

use super::writer::{Add, Alter, Changed, block, dollar_quote, name, qualify, signature};
use crate::catalog::{Kind, Object, ObjectId, Value};
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

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    match id.kind {
        Kind::Aggregate => vec![create_aggregate(id, object, "CREATE")],
        _ => vec![create_function(id, object, "CREATE")],
    }
}

fn create_function(id: &ObjectId, object: &Object, verb: &str) -> String {
    let (bare, _) = signature(&id.name);
    let what = super::writer::word(id.kind);
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

fn create_aggregate(id: &ObjectId, object: &Object, verb: &str) -> String {
    let (bare, _) = signature(&id.name);
    let mut lines = Vec::new();
    let texts = [
        ("state_function", "SFUNC"),
        ("state_type", "STYPE"),
        ("state_space", "SSPACE"),
        ("final_function", "FINALFUNC"),
        ("combine_function", "COMBINEFUNC"),
        ("serial_function", "SERIALFUNC"),
        ("deserial_function", "DESERIALFUNC"),
        ("moving_state_function", "MSFUNC"),
        ("moving_inverse_function", "MINVFUNC"),
        ("moving_state_type", "MSTYPE"),
        ("moving_state_space", "MSSPACE"),
        ("moving_final_function", "MFINALFUNC"),
    ];
    for (attribute, word) in texts {
        if let Some(value) = object.text(attribute) {
            lines.push(format!("{word} = {value}"));
        }
    }
    for (attribute, word) in [("initial", "INITCOND"), ("moving_initial", "MINITCOND")] {
        if let Some(value) = object.text(attribute) {
            lines.push(format!("{word} = {}", quote_literal(value)));
        }
    }
    for (attribute, word) in
        [("final_extra", "FINALFUNC_EXTRA"), ("moving_final_extra", "MFINALFUNC_EXTRA")]
    {
        if object.has(attribute) {
            lines.push(word.to_owned());
        }
    }
    for (attribute, word) in
        [("final_modify", "FINALFUNC_MODIFY"), ("moving_final_modify", "MFINALFUNC_MODIFY")]
    {
        if let Some(value) = object.text(attribute) {
            let value = match value {
                "r" => "READ_ONLY",
                "s" => "SHAREABLE",
                _ => "READ_WRITE",
            };
            lines.push(format!("{word} = {value}"));
        }
    }
    if let Some(operator) = object.text("sort_operator") {
        // `<(integer,integer)`, of which only the symbol is wanted.
        let (symbol, _) = signature(operator);
        let symbol = match symbol.rsplit_once('.') {
            Some((schema, symbol)) => format!("OPERATOR({schema}.{symbol})"),
            None => symbol.to_owned(),
        };
        lines.push(format!("SORTOP = {symbol}"));
    }
    if let Some(value) = object.text("parallel") {
        lines.push(format!("PARALLEL = {}", value.to_uppercase()));
    }
    if object.text("kind") == Some("hypothetical-set") {
        lines.push("HYPOTHETICAL".to_owned());
    }
    let arguments = object.text("arguments").unwrap_or("*");
    format!(
        "{verb} AGGREGATE {}({arguments}) (\n{}\n)",
        qualify(id.schema.as_deref(), bare),
        block(&lines)
    )
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match (c.id.kind, c.attribute) {
        // What an aggregate takes and keeps stays as it is on REPLACE; so do the names of a function's
        // arguments, their defaults, and the type of the result.
        (
            Kind::Aggregate,
            "arguments" | "kind" | "direct_arguments" | "state_type" | "moving_state_type",
        )
        | (Kind::Function | Kind::Procedure, "arguments" | "returns" | "window" | "transforms") => {
            Alter::Recreate
        }
        (Kind::Aggregate, _) => Alter::one(create_aggregate(c.id, c.expected, "CREATE OR REPLACE")),
        _ => Alter::one(create_function(c.id, c.expected, "CREATE OR REPLACE")),
    }
}

/// `ALTER FUNCTION old(integer) RENAME TO new`.
pub(crate) fn rename(id: &ObjectId, old: &str) -> String {
    let was = ObjectId { name: old.to_owned(), ..id.clone() };
    let (new, _) = signature(&id.name);
    format!(
        "ALTER {} {} RENAME TO {}",
        super::writer::word(id.kind),
        name(&was),
        quote_if_needed(new)
    )
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
