//! Operators, their classes and families, casts, transforms.

use super::writer::{Alter, Changed, block, by_method, name, operator, qualify, signature};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    match id.kind {
        // What only another operator mentions comes with that one.
        Kind::Operator if object.has("shell") => Vec::new(),
        Kind::Operator => vec![create_operator(id, object)],
        Kind::OperatorFamily => create_family(id, object),
        Kind::OperatorClass => vec![create_class(id, object)],
        Kind::Cast => vec![create_cast(id, object)],
        _ => vec![create_transform(id, object)],
    }
}

/// `=(integer,text)` as `=`, `audit.=(…)` as `OPERATOR(audit.=)`.
fn symbol(printed: &str) -> String {
    let (symbol, _) = signature(printed);
    let at = symbol.rfind(|c: char| !"+-*/<>=~!@#%^&|`?".contains(c));
    match at {
        Some(dot) => format!("OPERATOR({}{})", &symbol[..=dot], &symbol[dot + 1..]),
        None => symbol.to_owned(),
    }
}

fn create_operator(id: &ObjectId, object: &Object) -> String {
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

/// `1 <(box,box)` → `OPERATOR 1 <(box, box)`, `1 (box, box) f(box, box)` → `FUNCTION 1 (box, box) f(…)`.
fn members(object: &Object) -> Vec<String> {
    let operators = object.list("operators").iter().map(|o| format!("OPERATOR {o}"));
    let functions = object.list("functions").iter().map(|f| format!("FUNCTION {f}"));
    operators.chain(functions).collect()
}

fn create_family(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = vec![format!("CREATE OPERATOR FAMILY {}", name(id))];
    let members = members(object);
    if !members.is_empty() {
        out.push(format!("ALTER OPERATOR FAMILY {} ADD\n{}", name(id), block(&members)));
    }
    out
}

fn create_class(id: &ObjectId, object: &Object) -> String {
    let (bare, method) = by_method(&id.name);
    let default = if object.has("default") { " DEFAULT" } else { "" };
    let own = qualify(id.schema.as_deref(), bare);
    let mut lines = members(object);
    if let Some(storage) = object.text("storage") {
        lines.push(format!("STORAGE {storage}"));
    }
    if lines.is_empty() {
        // A class has to have a member; its own type as storage says nothing.
        lines.push(format!("STORAGE {}", object.text("type").unwrap_or_default()));
    }
    format!(
        "CREATE OPERATOR CLASS {own}{default} FOR TYPE {} USING {} FAMILY {} AS\n{}",
        object.text("type").unwrap_or_default(),
        quote_if_needed(method),
        object.text("family").unwrap_or(&own),
        block(&lines)
    )
}

fn create_cast(id: &ObjectId, object: &Object) -> String {
    let how = match (object.text("function"), object.text("method")) {
        (Some(function), _) => format!("WITH FUNCTION {function}"),
        (None, Some("with inout")) => "WITH INOUT".to_owned(),
        _ => "WITHOUT FUNCTION".to_owned(),
    };
    let context = match object.text("context") {
        Some("assignment") => " AS ASSIGNMENT",
        Some("implicit") => " AS IMPLICIT",
        _ => "",
    };
    format!("CREATE CAST {} {how}{context}", id.name)
}

fn create_transform(id: &ObjectId, object: &Object) -> String {
    let mut parts = Vec::new();
    for (attribute, text) in
        [("from_sql", "FROM SQL WITH FUNCTION"), ("to_sql", "TO SQL WITH FUNCTION")]
    {
        if let Some(function) = object.text(attribute) {
            parts.push(format!("{text} {function}"));
        }
    }
    format!("CREATE TRANSFORM {} ({})", name(id), parts.join(", "))
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match (c.id.kind, c.attribute) {
        (Kind::Operator, "restrict" | "join") => Alter::one(format!(
            "ALTER OPERATOR {} SET ({} = {})",
            name(c.id),
            c.attribute.to_uppercase(),
            c.wanted().unwrap_or("NONE")
        )),
        (Kind::OperatorFamily, "operators" | "functions") => family_members(c),
        _ => Alter::Recreate,
    }
}

fn family_members(c: &Changed<'_>) -> Alter {
    let (wanted, found) = (c.expected.list(c.attribute), c.actual.list(c.attribute));
    let word = if c.attribute == "operators" { "OPERATOR" } else { "FUNCTION" };
    let head = format!("ALTER OPERATOR FAMILY {}", name(c.id));
    let mut sql = Vec::new();
    for gone in found.iter().filter(|member| !wanted.contains(member)) {
        let number = gone.split(' ').next().unwrap_or_default();
        // An operator is told as `1 <(a,b)`, a function as `1 (a, b) f(a, b)`: what counts is `(a, b)`.
        let types = if word == "OPERATOR" {
            signature(gone.split(" FOR ").next().unwrap_or(gone)).1.to_owned()
        } else {
            let rest = &gone[number.len()..];
            let end = rest.find(')').unwrap_or(rest.len());
            rest[..end].trim_start().trim_start_matches('(').to_owned()
        };
        sql.push(format!("{head} DROP {word} {number} ({types})"));
    }
    for new in wanted.iter().filter(|member| !found.contains(member)) {
        sql.push(format!("{head} ADD {word} {new}"));
    }
    Alter::Sql(sql)
}
