//! Operator families, and the members that families and classes share.

use crate::catalog::write::names::{name, signature};
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::catalog::{Object, ObjectId};

/// `1 <(box,box)` → `OPERATOR 1 <(box, box)`, `1 (box, box) f(box, box)` → `FUNCTION 1 (box, box) f(…)`.
pub(crate) fn members(object: &Object) -> Vec<String> {
    let operators = object.list("operators").iter().map(|o| format!("OPERATOR {o}"));
    let functions = object.list("functions").iter().map(|f| format!("FUNCTION {f}"));
    operators.chain(functions).collect()
}

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = vec![format!("CREATE OPERATOR FAMILY {}", name(id))];
    let members = members(object);
    if !members.is_empty() {
        out.push(format!("ALTER OPERATOR FAMILY {} ADD\n{}", name(id), block(&members)));
    }
    out
}

pub(crate) fn alter_members(c: &Changed<'_>) -> Alter {
    let (wanted, found) = (c.expected.list(c.attribute), c.actual.list(c.attribute));
    let word = if c.attribute == "operators" { "OPERATOR" } else { "FUNCTION" };
    let head = format!("ALTER OPERATOR FAMILY {}", name(c.id));
    let mut sql = Vec::new();
    for gone in found.iter().filter(|member| !wanted.contains(member)) {
        let number = gone.split(' ').next().unwrap_or_default();
        // An operator reads `1 <(a,b)`, a function as `1 (a, b) f(a, b)`: what counts is `(a, b)`.
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
