//! Texts that PostgreSQL prints or invents, taken apart.

use crate::catalog::Object;
use crate::names::make_object_name;
use crate::sql;

/// Calls `visit` with every byte position outside quotes and comments, and with the depth of parentheses and brackets
/// there. Stops when `visit` returns `true`, and returns that position.
fn scan(text: &str, mut visit: impl FnMut(usize, usize) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    for token in sql::tokens(text) {
        if token.kind.is_quoted() || token.kind.is_comment() {
            continue;
        }
        if matches!(token.text, ")" | "]") {
            depth = depth.saturating_sub(1);
        }
        for at in token.offset..token.end() {
            if visit(at, depth) {
                return Some(at);
            }
        }
        if matches!(token.text, "(" | "[") {
            depth += 1;
        }
    }
    None
}

/// The position of `needle` outside quotes and parentheses.
fn find_outside(text: &str, needle: &str) -> Option<usize> {
    scan(text, |at, depth| depth == 0 && text.as_bytes()[at..].starts_with(needle.as_bytes()))
}

/// Splits at commas outside quotes and parentheses, and trims.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    let mut commas = Vec::new();
    scan(text, |at, depth| {
        if depth == 0 && text.as_bytes()[at] == b',' {
            commas.push(at);
        }
        false
    });
    let mut parts = Vec::with_capacity(commas.len() + 1);
    let mut start = 0;
    for comma in commas {
        parts.push(text[start..comma].trim().to_owned());
        start = comma + 1;
    }
    parts.push(text[start..].trim().to_owned());
    parts
}

/// The inside of the parentheses with which `text` begins, and what follows them.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with('(') {
        return None;
    }
    let end = scan(text, |at, depth| depth == 0 && text.as_bytes()[at] == b')')?;
    Some((&text[1..end], &text[end + 1..]))
}

/// Takes `pg_get_indexdef` apart: method, keys, included columns, predicate. The whole text stays as a fact.
pub(crate) fn index_parts(object: &mut Object, definition: &str) {
    object.set_fact("definition", definition);
    let parts = find_outside(definition, " USING ").and_then(|at| {
        let (method, rest) = definition[at + " USING ".len()..].split_once(' ')?;
        let (keys, rest) = parenthesised(rest)?;
        Some((method, keys, rest))
    });
    let Some((method, keys, mut rest)) = parts else {
        // Not the form that is known: compare the whole text.
        object.set("definition", definition);
        return;
    };
    object.set("method", method);
    object.set("keys", split_list(keys));
    if let Some((included, after)) = rest.strip_prefix(" INCLUDE ").and_then(parenthesised) {
        object.set("include", split_list(included));
        rest = after;
    }
    if let Some(at) = find_outside(rest, " WHERE ") {
        object.set("predicate", &rest[at + " WHERE ".len()..]);
    }
}

/// Takes `CREATE [CONSTRAINT] WHAT name` off a statement; says whether it was a constraint.
pub(crate) fn without_head<'a>(statement: &'a str, what: &str) -> (bool, &'a str) {
    let after = |text: &'a str, word: &str| text.strip_prefix(word).map(str::trim_start);
    let rest = after(statement, "CREATE").unwrap_or(statement);
    let (constraint, rest) = match after(rest, "CONSTRAINT") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = after(rest, what).unwrap_or(rest);
    // The name ends at the first blank outside double quotes.
    let end = scan(rest, |at, _| rest.as_bytes()[at].is_ascii_whitespace()).unwrap_or(rest.len());
    let rest = rest[end..].trim_start().trim_end_matches(';');
    (constraint, rest)
}

/// Returns true if PostgreSQL would have invented `name` for something of this table (and column): `users_id_seq`,
/// cut to 63 bytes as `makeObjectName` cuts, with a number behind the label when the name was taken.
pub(crate) fn invented(name: &str, table: &str, column: Option<&str>, label: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &name[bare.len()..];
    make_object_name(table, column, label) == name
        || (!number.is_empty()
            && make_object_name(table, column, &format!("{label}{number}")) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_definition_comes_apart() {
        let mut object = Object::default();
        index_parts(
            &mut object,
            "CREATE UNIQUE INDEX \"odd USING (\" ON t USING btree (lower(a), b DESC NULLS LAST, ((c -> ', '::text))) \
             INCLUDE (d, e) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE f = ' WHERE '::text",
        );
        assert_eq!(object.text("method"), Some("btree"));
        assert_eq!(object.list("keys"), ["lower(a)", "b DESC NULLS LAST", "((c -> ', '::text))"]);
        assert_eq!(object.list("include"), ["d", "e"]);
        assert_eq!(object.text("predicate"), Some("f = ' WHERE '::text"));
    }

    #[test]
    fn heads_come_off() {
        let text =
            "CREATE CONSTRAINT TRIGGER \"a b\" AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()";
        assert_eq!(
            without_head(text, "TRIGGER"),
            (true, "AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()")
        );
        let rule = "CREATE RULE r AS\n    ON DELETE TO t DO INSTEAD NOTHING;";
        assert_eq!(without_head(rule, "RULE").1, "AS\n    ON DELETE TO t DO INSTEAD NOTHING");
    }

    #[test]
    fn names_are_cut_as_postgres_cuts_them() {
        assert!(invented("users_id_seq", "users", Some("id"), "seq"));
        assert!(invented("users_id_seq1", "users", Some("id"), "seq"));
        assert!(!invented("my_seq", "users", Some("id"), "seq"));
    }
}
