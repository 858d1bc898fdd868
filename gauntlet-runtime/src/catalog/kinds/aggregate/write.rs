//! Aggregates.

use crate::catalog::write::names::{qualify, signature};
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_literal;

/// `total(integer)`, `count(*)`.
pub(crate) fn name_of(id: &ObjectId) -> String {
    let (bare, arguments) = signature(&id.name);
    let arguments = if arguments.is_empty() { "*" } else { arguments };
    format!("{}({arguments})", qualify(id.schema.as_deref(), bare))
}

pub(crate) fn statement(id: &ObjectId, object: &Object, verb: &str) -> String {
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

/// The change of an attribute: `CREATE OR REPLACE`, except for arguments and state types.
pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "arguments" | "kind" | "direct_arguments" | "state_type" | "moving_state_type" => {
            Alter::Recreate
        }
        _ => Alter::one(statement(c.id, c.expected, "CREATE OR REPLACE")),
    }
}
