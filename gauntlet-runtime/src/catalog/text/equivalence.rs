//! Texts that differ without a difference: white space in function bodies, the order of a view's columns.

use crate::catalog::ordered;

/// A token of SQL or of PL/pgSQL, as far as white space is concerned.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name, keyword or number.
    Word(&'a str),
    /// A run of operator characters.
    Operator(&'a str),
    /// A bracket, comma or semicolon.
    Mark(char),
    /// A string, quoted name, or comment, as it stands; comments without the white space at their end.
    Verbatim(&'a str),
}

/// Whether two function bodies differ in white space outside of quotes only.
///
/// Only for `sql` and `plpgsql`; in other languages (Python) white space may carry meaning, and there only
/// that at both ends of the body is passed over.
pub(crate) fn same_but_white_space(a: &str, b: &str, language: &str) -> bool {
    if matches!(language, "sql" | "plpgsql") {
        tokens(a) == tokens(b)
    } else {
        a.trim_matches(['\n', '\r']).trim_end() == b.trim_matches(['\n', '\r']).trim_end()
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
            continue;
        } else if rest.starts_with("--") {
            let end = rest.find('\n').unwrap_or(rest.len());
            tokens.push(Token::Verbatim(rest[..end].trim_end()));
            end
        } else if rest.starts_with("/*") {
            let end = comment_end(rest);
            tokens.push(Token::Verbatim(&rest[..end]));
            end
        } else if c == '\'' || c == '"' {
            let escapes = c == '\'' && matches!(tokens.last(), Some(Token::Word("E" | "e")));
            let end = quote_end(rest, c, escapes);
            tokens.push(Token::Verbatim(&rest[..end]));
            end
        } else if let Some(end) = dollar_end(rest) {
            tokens.push(Token::Verbatim(&rest[..end]));
            end
        } else if is_word(c) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            end
        } else if is_operator(c) {
            let mut end = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            for comment in ["--", "/*"] {
                end = rest[..end].find(comment).unwrap_or(end);
            }
            tokens.push(Token::Operator(&rest[..end]));
            end
        } else {
            tokens.push(Token::Mark(c));
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn is_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|`?:.".contains(c)
}

fn comment_end(text: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0usize);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn quote_end(text: &str, quote: char, escapes: bool) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return at + 1;
            }
        }
    }
    text.len()
}

/// The end of a dollar-quoted string with which the text begins.
pub(crate) fn dollar_end(text: &str) -> Option<usize> {
    let tag_end = text.strip_prefix('$')?.find('$')? + 2;
    let tag = &text[..tag_end];
    let name = &tag[1..tag_end - 1];
    if name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        return None;
    }
    let end = text[tag_end..].find(tag)?;
    Some(tag_end + end + tag_end)
}

/// Whether two view definitions select the same columns in another order, and differ in nothing else.
///
/// The arms of `UNION` and its like match by position, and so have to be in the same other order.
pub(crate) fn same_but_column_order(a: &str, b: &str) -> bool {
    match (sorted_columns(a), sorted_columns(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The definition as tokens, with the columns of every select list sorted; `None` where position counts.
fn sorted_columns(text: &str) -> Option<String> {
    let tokens = tokens(text);
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
        match token {
            Token::Mark(')') => {
                out.push(")".to_owned());
                break;
            }
            Token::Mark('(') => {
                // Arms in brackets, which may hold other set operations, are left alone.
                let before = (*at > start + 1).then(|| &tokens[*at - 2]);
                let arm = before
                    .is_none_or(|token| is_set_operation(token) || *token == Token::Word("ALL"))
                    && matches!(tokens.get(*at), Some(Token::Word("SELECT")));
                if arm {
                    return None;
                }
                out.push("(".to_owned());
                select(tokens, at, out)?;
            }
            Token::Word("SELECT") => {
                out.push("SELECT".to_owned());
                let items = list(tokens, at)?;
                arms.push((out.len(), items));
                out.push(String::new());
            }
            // Of a set operation, `ORDER BY` names columns by their numbers.
            Token::Word("ORDER") if set_operation => return None,
            other => {
                set_operation |= is_set_operation(other);
                out.push(shown(other));
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
    matches!(token, Token::Word("UNION" | "INTERSECT" | "EXCEPT"))
}

/// The items of a select list, each as one text; ends before `FROM`, the end, or a closing bracket.
fn list(tokens: &[Token<'_>], at: &mut usize) -> Option<Vec<String>> {
    let mut items = vec![Vec::new()];
    while *at < tokens.len() {
        match &tokens[*at] {
            Token::Mark(')' | ';')
            | Token::Word(
                "WHERE" | "LIMIT" | "ORDER" | "GROUP" | "HAVING" | "WINDOW" | "UNION" | "INTERSECT"
                | "EXCEPT",
            ) => break,
            // `DISTINCT FROM` and `EXTRACT(… FROM …)` are no ends: the second is inside brackets.
            Token::Word("FROM") if !matches!(tokens[*at - 1], Token::Word("DISTINCT")) => break,
            Token::Mark(',') => {
                *at += 1;
                items.push(Vec::new());
            }
            Token::Mark('(') => {
                *at += 1;
                let mut inner = vec!["(".to_owned()];
                select(tokens, at, &mut inner)?;
                items.last_mut().into_iter().for_each(|item| item.append(&mut inner));
            }
            other => {
                *at += 1;
                items.last_mut().into_iter().for_each(|item| item.push(shown(other)));
            }
        }
    }
    Some(items.into_iter().map(|item| item.join(" ")).collect())
}

fn shown(token: &Token<'_>) -> String {
    match token {
        Token::Word(text) | Token::Operator(text) | Token::Verbatim(text) => (*text).to_owned(),
        Token::Mark(c) => c.to_string(),
    }
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
