//! Differences between texts that do not matter: white space in function bodies, the order of a view's columns, the names of
//! the transaction's time, and what PostgreSQL prints otherwise once it has read it back.

use crate::catalog::ordered;
use crate::catalog::text::read_back::as_read_back;
use crate::sql::{self, Token, TokenKind};

/// Returns true if two texts that PostgreSQL has printed are one, before and after it has read them back, or if they differ only
/// in the name of the transaction's time.
pub(crate) fn same_as_printed(a: &str, b: &str) -> bool {
    a == b || one_name_of_now(&as_read_back(a)) == one_name_of_now(&as_read_back(b))
}

/// The text with `now()` for `CURRENT_TIMESTAMP` and `transaction_timestamp()`, which are the same to PostgreSQL and are printed
/// as they were written. `CURRENT_TIMESTAMP(3)` is rounded and stays.
fn one_name_of_now(sql: &str) -> String {
    let tokens: Vec<Token<'_>> = sql::tokens(sql).collect();
    let at =
        |index: Option<usize>| index.and_then(|index| tokens.get(index)).map(|token| token.text);
    let mut out = String::with_capacity(sql.len());
    for (index, token) in tokens.iter().enumerate() {
        out.push_str(match token.text {
            "CURRENT_TIMESTAMP" if at(Some(index + 1)) != Some("(") => "now()",
            // Another function of this name stands behind its schema.
            "transaction_timestamp" if at(index.checked_sub(1)) != Some(".") => "now",
            text => text,
        });
    }
    out
}

/// Returns true if two function bodies are equal except for white space outside of quotes.
///
/// Only for `sql` and `plpgsql`; in other languages, such as Python, white space may carry meaning, and only the
/// white space at both ends of the body is ignored.
pub(crate) fn same_but_white_space(a: &str, b: &str, language: &str) -> bool {
    if matches!(language, "sql" | "plpgsql") {
        significant(a) == significant(b)
    } else {
        a.trim_matches(['\n', '\r']).trim_end() == b.trim_matches(['\n', '\r']).trim_end()
    }
}

/// The tokens of a text as they are compared: without white space, also at the end of a comment.
fn significant(text: &str) -> Vec<(TokenKind, &str)> {
    sql::tokens(text)
        .filter(|token| token.kind != TokenKind::Space)
        .map(|token| (token.kind, token.text.trim_end()))
        .collect()
}

/// Returns true if two view definitions select the same columns in a different order and are equal otherwise.
///
/// The arms of `UNION`, `INTERSECT` and `EXCEPT` match by position, so all of them must be reordered alike.
pub(crate) fn same_but_column_order(a: &str, b: &str) -> bool {
    match (sorted_columns(a), sorted_columns(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The definition as tokens, with the columns of every select list sorted; `None` where position counts.
fn sorted_columns(text: &str) -> Option<String> {
    let tokens: Vec<Token<'_>> =
        sql::tokens(text).filter(|token| token.kind != TokenKind::Space).collect();
    let mut out = Vec::new();
    select(&tokens, &mut 0, &mut out)?;
    Some(out.join(" "))
}

/// Copies tokens up to the bracket that closes the one before `at`, sorting select lists on the way; `None` where
/// position counts.
fn select(tokens: &[Token<'_>], at: &mut usize, out: &mut Vec<String>) -> Option<()> {
    let mut arms: Vec<(usize, Vec<String>)> = Vec::new();
    let mut set_operation = false;
    let start = *at;
    while *at < tokens.len() {
        let token = &tokens[*at];
        *at += 1;
        match token.text {
            ")" => {
                out.push(")".to_owned());
                break;
            }
            "(" => {
                // Arms in brackets, which may hold other set operations, are left alone.
                let before = (*at > start + 1).then(|| &tokens[*at - 2]);
                let arm = before.is_none_or(|token| is_set_operation(token) || token.text == "ALL")
                    && tokens.get(*at).is_some_and(|token| token.text == "SELECT");
                if arm {
                    return None;
                }
                out.push("(".to_owned());
                select(tokens, at, out)?;
            }
            "SELECT" => {
                out.push("SELECT".to_owned());
                let items = list(tokens, at)?;
                arms.push((out.len(), items));
                out.push(String::new());
            }
            // Of a set operation, `ORDER BY` names columns by their numbers.
            "ORDER" if set_operation => return None,
            other => {
                set_operation |= is_set_operation(token);
                out.push(other.to_owned());
            }
        }
    }
    if set_operation {
        // A column of the whole is what all arms have in one place.
        let width = arms.first()?.1.len();
        if arms.iter().any(|(_, items)| items.len() != width) {
            return None;
        }
        let mut columns: Vec<Vec<String>> = (0..width)
            .map(|column| arms.iter().map(|(_, items)| items[column].clone()).collect())
            .collect();
        ordered::sort(&mut columns);
        for (arm, (place, _)) in arms.iter().enumerate() {
            let items: Vec<&str> = columns.iter().map(|column| column[arm].as_str()).collect();
            out[*place] = items.join(" , ");
        }
    } else {
        for (place, mut items) in arms {
            ordered::sort(&mut items);
            out[place] = items.join(" , ");
        }
    }
    Some(())
}

fn is_set_operation(token: &Token<'_>) -> bool {
    matches!(token.text, "UNION" | "INTERSECT" | "EXCEPT")
}

/// The items of a select list, each as one text; ends before `FROM`, the end, or a closing bracket.
fn list(tokens: &[Token<'_>], at: &mut usize) -> Option<Vec<String>> {
    let mut items = vec![Vec::new()];
    while *at < tokens.len() {
        match tokens[*at].text {
            ")" | ";" | "WHERE" | "LIMIT" | "ORDER" | "GROUP" | "HAVING" | "WINDOW" | "UNION"
            | "INTERSECT" | "EXCEPT" => break,
            // `IS DISTINCT FROM` does not end the list; the `FROM` of `EXTRACT` is inside parentheses.
            "FROM" if tokens[*at - 1].text != "DISTINCT" => break,
            "," => {
                *at += 1;
                items.push(Vec::new());
            }
            "(" => {
                *at += 1;
                let mut inner = vec!["(".to_owned()];
                select(tokens, at, &mut inner)?;
                items.last_mut().into_iter().for_each(|item| item.append(&mut inner));
            }
            other => {
                *at += 1;
                items.last_mut().into_iter().for_each(|item| item.push(other.to_owned()));
            }
        }
    }
    Some(items.into_iter().map(|item| item.join(" ")).collect())
}

/// Returns true if two values of a storage parameter are the same to PostgreSQL: `on` and `true`, `0.1` and `0.10`.
pub(crate) fn same_setting(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    match (a.parse::<f64>(), b.parse::<f64>()) {
        #[expect(clippy::float_cmp, reason = "two texts of one number are read alike")]
        (Ok(a), Ok(b)) => a == b,
        _ => boolean(a).is_some_and(|a| Some(a) == boolean(b)),
    }
}

/// A boolean as `parse_bool` of PostgreSQL reads it: any part of a word that is the beginning of no other.
fn boolean(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || text == "on" || text == "1" {
        Some(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// Returns true if two texts list the same things in a different order. Commas inside of parentheses or quotes separate
/// nothing.
pub(crate) fn same_but_order(a: &str, b: &str) -> bool {
    listed(a) == listed(b)
}

/// The items of a list, sorted.
fn listed(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0_usize;
    for token in sql::tokens(text) {
        match token.text {
            "," if depth == 0 => {
                items.push(String::new());
                continue;
            }
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        items.last_mut().into_iter().for_each(|item| item.push_str(token.text));
    }
    let mut items: Vec<String> = items.iter().map(|item| item.trim().to_owned()).collect();
    ordered::sort(&mut items);
    items
}

/// Returns true if one of two defaults is absent and the other is the NULL of a column's own type, which PostgreSQL keeps
/// only because the type has a length or precision: `NULL::character varying` of a `character varying(9)`.
///
/// The NULL of a domain counts: it overrides the domain's default.
pub(crate) fn is_null_default(default: &str, column_type: &str) -> bool {
    let Some(printed) = default.strip_prefix("NULL::") else { return false };
    let printed = printed.trim_matches('"');
    if let Some(fields) = column_type.strip_prefix("interval") {
        return printed == "interval" && !fields.starts_with('[');
    }
    // Only types of PostgreSQL have a modifier, and none of them is printed in quotes.
    let Some((before, rest)) = column_type.split_once('(').filter(|_| !column_type.contains('"'))
    else {
        return false;
    };
    let bare = format!("{before}{}", rest.split_once(')').map_or("", |(_, after)| after));
    printed == if bare == "character" { "bpchar" } else { &bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_now() {
        for (a, b) in [
            ("CURRENT_TIMESTAMP", "now()"),
            ("(transaction_timestamp() + '1 day'::interval)", "(now() + '1 day'::interval)"),
        ] {
            assert!(same_as_printed(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("CURRENT_TIMESTAMP(3)", "now()"),
            ("'CURRENT_TIMESTAMP'::text", "'now()'::text"),
            ("\"CURRENT_TIMESTAMP\"", "now()"),
            ("other.transaction_timestamp()", "other.now()"),
            ("clock_timestamp()", "now()"),
            ("LOCALTIMESTAMP", "now()"),
        ] {
            assert!(!same_as_printed(a, b), "{a} {b}");
        }
    }

    #[test]
    fn settings() {
        for (a, b) in
            [("on", "true"), ("off", "FALSE"), ("1", "t"), ("0.1", ".10"), ("AUTO", "auto")]
        {
            assert!(same_setting(a, b), "{a} {b}");
        }
        for (a, b) in
            [("on", "off"), ("1", "10"), ("o", "on"), ("auto", "on"), ("", "t"), ("0", "on")]
        {
            assert!(!same_setting(a, b), "{a} {b}");
        }
    }

    #[test]
    fn defaults_of_null() {
        for (default, of) in [
            ("NULL::character varying", "character varying(9)"),
            ("NULL::numeric", "numeric(5,2)"),
            ("NULL::timestamp without time zone", "timestamp(3) without time zone"),
            ("NULL::bpchar", "character(3)"),
            ("NULL::\"bit\"", "bit(3)"),
            ("NULL::character varying[]", "character varying(9)[]"),
            ("NULL::interval", "interval day to second(3)"),
        ] {
            assert!(is_null_default(default, of), "{default} of {of}");
        }
        assert!(!is_null_default("NULL::code", "code"));
        assert!(!is_null_default("1", "numeric(5,2)"));
        assert!(!is_null_default("NULL::text", "character varying(9)"));
    }

    #[test]
    fn lists() {
        assert!(same_but_order("v, w, (a + b(1, 2))", "w, (a + b(1, 2)), v"));
        assert!(!same_but_order("v, w", "v, w, x"));
        assert!(!same_but_order("f(a, b)", "f(b, a)"));
    }

    #[test]
    fn white_space_outside_of_quotes() {
        let same = |a, b| same_but_white_space(a, b, "plpgsql");
        assert!(same("BEGIN\n  RETURN a+b;\nEND", "BEGIN RETURN a + b; END"));
        assert!(!same("RETURN 'a b'", "RETURN 'a  b'"));
        assert!(!same("RETURN $q$a b$q$", "RETURN $q$a  b$q$"));
        assert!(!same("RETURN a - -b", "RETURN a --b"));
        assert!(!same("RETURN 1; -- x\n RETURN 2;", "RETURN 1; -- x RETURN 2;"));
        assert!(!same("RETURN ab", "RETURN a b"));
    }

    #[test]
    fn python_is_not_touched() {
        assert!(!same_but_white_space("if a:\n  return 1", "if a:\n return 1", "plpython3u"));
        assert!(same_but_white_space("\nreturn 1\n", "\nreturn 1", "plpython3u"));
    }

    #[test]
    fn columns_of_views() {
        assert!(same_but_column_order(
            " SELECT t.a,\n    t.b,\n    count(*) AS n\n   FROM t;",
            " SELECT t.b,\n    t.a,\n    count(*) AS n\n   FROM t;"
        ));
        assert!(!same_but_column_order(" SELECT t.a, t.b FROM t;", " SELECT t.a, t.c FROM t;"));
        assert!(!same_but_column_order(
            " SELECT t.a, t.b FROM t ORDER BY t.a, t.b;",
            " SELECT t.a, t.b FROM t ORDER BY t.b, t.a;"
        ));
        assert!(!same_but_column_order(
            " SELECT t.a, t.b FROM t UNION SELECT u.a, u.b FROM u;",
            " SELECT t.b, t.a FROM t UNION SELECT u.a, u.b FROM u;"
        ));
        assert!(same_but_column_order(
            " SELECT t.a, t.b FROM t UNION ALL SELECT u.c, NULL::integer AS b FROM u;",
            " SELECT t.b, t.a FROM t UNION ALL SELECT NULL::integer AS b, u.c FROM u;"
        ));
        assert!(!same_but_column_order(
            " SELECT t.a, t.b FROM t UNION SELECT u.a, u.b FROM u ORDER BY 1;",
            " SELECT t.b, t.a FROM t UNION SELECT u.b, u.a FROM u ORDER BY 1;"
        ));
        assert!(!same_but_column_order(
            "( SELECT t.a, t.b FROM t EXCEPT SELECT v.a, v.b FROM v) UNION SELECT u.a, u.b FROM u;",
            "( SELECT t.b, t.a FROM t EXCEPT SELECT v.b, v.a FROM v) UNION SELECT u.a, u.b FROM u;"
        ));
        assert!(same_but_column_order(
            "WITH x AS ( SELECT t.a, t.b FROM t) SELECT x.b FROM x;",
            "WITH x AS ( SELECT t.b, t.a FROM t) SELECT x.b FROM x;"
        ));
    }
}
