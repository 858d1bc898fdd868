//! Differences between texts that do not matter: white space in function bodies, the order of a view's columns.

use crate::catalog::ordered;
use crate::sql::{self, Token, TokenKind};

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

#[cfg(test)]
mod tests {
    use super::*;

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
