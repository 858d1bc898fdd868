//! Operators.

use crate::catalog::write::names::{operator, signature};
use crate::catalog::write::writer::block;
use crate::catalog::{Object, ObjectId};

/// `=(integer,text)` as `=`, `audit.=(…)` as `OPERATOR(audit.=)`.
fn symbol(printed: &str) -> String {
    let (symbol, _) = signature(printed);
    let at = symbol.rfind(|c: char| !"+-*/<>=~!@#%^&|`?".contains(c));
    match at {
        Some(dot) => format!("OPERATOR({}{})", &symbol[..=dot], &symbol[dot + 1..]),
        None => symbol.to_owned(),
    }
}

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let (bare, operands) = signature(&id.name);
    let (left, right) = operands.split_once(", ").unwrap_or(("NONE", operands));
    let function = object.text("function").map_or("", |f| signature(f).0);
    let mut lines = vec![format!("FUNCTION = {function}")];
    for (word, operand) in [("LEFTARG", left), ("RIGHTARG", right)] {
        if operand != "NONE" {
            lines.push(format!("{word} = {operand}"));
        }
    }
    for (attribute, word) in [("commutator", "COMMUTATOR"), ("negator", "NEGATOR")] {
        if let Some(other) = object.text(attribute) {
            lines.push(format!("{word} = {}", symbol(other)));
        }
    }
    for (attribute, word) in [("restrict", "RESTRICT"), ("join", "JOIN")] {
        if let Some(function) = object.text(attribute) {
            lines.push(format!("{word} = {function}"));
        }
    }
    for (attribute, word) in [("hashes", "HASHES"), ("merges", "MERGES")] {
        if object.has(attribute) {
            lines.push(word.to_owned());
        }
    }
    format!("CREATE OPERATOR {} (\n{}\n)", operator(id.schema.as_deref(), bare), block(&lines))
}
