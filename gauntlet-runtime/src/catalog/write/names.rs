//! The names of objects as statements write them.

use crate::catalog::ObjectId;
use crate::names::quote_if_needed;

/// `name`, or `schema.name`, quoted where needed.
pub(crate) fn qualify(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{}", quote_if_needed(schema), quote_if_needed(name)),
        None => quote_if_needed(name),
    }
}

/// The object's name in SQL, with its schema outside home; routines with their argument types.
pub(crate) fn name(id: &ObjectId) -> String {
    (id.kind.spec().name)(id)
}

/// The object in `COMMENT ON` and `DROP`: `TABLE users`, `TRIGGER t ON users`.
pub(crate) fn target(id: &ObjectId) -> String {
    (id.kind.spec().target)(id)
}
/// An operator symbol with its schema, as `CREATE OPERATOR` wants it.
pub(crate) fn operator(schema: Option<&str>, symbol: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{symbol}", quote_if_needed(schema)),
        None => symbol.to_owned(),
    }
}

/// The relation (domain, server) that an object hangs on, in SQL.
pub(crate) fn parent(id: &ObjectId) -> String {
    qualify(id.schema.as_deref(), id.parent.as_deref().unwrap_or_default())
}

/// `add(integer, text)` as `add` and `integer, text`.
pub(crate) fn signature(name: &str) -> (&str, &str) {
    let inside = name.strip_suffix(')').unwrap_or(name);
    // The last parenthesis outside double quotes: a name may hold one, a type only in quotes.
    let mut quoted = false;
    let mut start = None;
    for (at, c) in inside.char_indices().rev() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => {
                start = Some(at);
                break;
            }
            _ => {}
        }
    }
    match start {
        Some(at) => (&inside[..at], &inside[at + 1..]),
        None => (name, ""),
    }
}

/// `ops USING btree` as `ops` and `btree`.
pub(crate) fn by_method(name: &str) -> (&str, &str) {
    name.rsplit_once(" USING ").unwrap_or((name, "btree"))
}

/// `audit.users.id` as `audit.users` and `id`.
pub(crate) fn split_owner(owner: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in owner.char_indices().rev() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => return (&owner[..at], &owner[at + 1..]),
            _ => {}
        }
    }
    ("", owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Kind;

    #[test]
    fn names_in_statements() {
        let function = ObjectId::new(Kind::Function, "od(d(integer, \"a(b\")").in_schema("audit");
        assert_eq!(name(&function), "audit.\"od(d\"(integer, \"a(b\")");
        let operator = ObjectId::new(Kind::Operator, "@@(NONE, integer)").in_schema("x");
        assert_eq!(target(&operator), "OPERATOR x.@@(NONE, integer)");
        let aggregate = ObjectId::new(Kind::Aggregate, "total()");
        assert_eq!(target(&aggregate), "AGGREGATE total(*)");
        let trigger = ObjectId::child(Kind::Trigger, "user", "t");
        assert_eq!(target(&trigger), "TRIGGER t ON \"user\"");
    }
}
