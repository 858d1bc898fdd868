//! Functions and procedures.

use crate::catalog::ordered::Set;
use crate::catalog::text::equivalence::same_but_white_space;
use crate::catalog::write::names::{qualify, signature};
use crate::catalog::write::settings::set;
use crate::catalog::write::usual;
use crate::catalog::write::writer::{Add, Alter, Changed, dollar_quote};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::{quote_if_needed, quote_literal};
use crate::sql::tokens;

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
        "arguments" if only_defaults(c) => {
            Alter::one(statement(c.id, c.expected, "CREATE OR REPLACE"))
        }
        "arguments" | "returns" | "window" | "transforms" => Alter::Recreate,
        _ => Alter::one(statement(c.id, c.expected, "CREATE OR REPLACE")),
    }
}

/// Whether the arguments differ in defaults only, and none is taken away, which `CREATE OR REPLACE` refuses.
fn only_defaults(c: &Changed<'_>) -> bool {
    let expected = arguments(c.wanted().unwrap_or_default());
    let actual = arguments(c.actual.text(c.attribute).unwrap_or_default());
    expected.len() == actual.len()
        && expected.iter().zip(&actual).all(|((argument, default), (other, other_default))| {
            argument == other && (*default || !other_default)
        })
}

/// Each argument as `pg_get_function_arguments` prints it, without its default, and whether it has one.
fn arguments(text: &str) -> Vec<(String, bool)> {
    let mut all = vec![(String::new(), false)];
    let mut depth = 0;
    for token in tokens(text) {
        if ["(", "["].into_iter().any(|mark| token.is_mark(mark)) {
            depth += 1;
        } else if [")", "]"].into_iter().any(|mark| token.is_mark(mark)) {
            depth -= 1;
        }
        if depth == 0 && token.is_mark(",") {
            all.push((String::new(), false));
        } else if let Some((argument, default)) = all.last_mut() {
            *default |= depth == 0 && token.is_word("DEFAULT");
            if !*default && !token.kind.is_trivia() {
                argument.push_str(token.text);
                argument.push(' ');
            }
        }
    }
    all
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
    fn arguments_are_taken_apart() {
        let reported = |text| {
            let all = arguments(text);
            let shown = all.iter().map(|(argument, default)| format!("{argument}{default}"));
            shown.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(reported(""), "false");
        assert_eq!(
            reported(
                "a numeric(8,2) DEFAULT greatest(1, 2), VARIADIC \"DEFAULT\" text[] DEFAULT ARRAY['a, b'::text], OUT c int"
            ),
            "a numeric ( 8 , 2 ) true; VARIADIC \"DEFAULT\" text [ ] true; OUT c int false"
        );
    }
}
