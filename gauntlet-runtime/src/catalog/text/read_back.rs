//! Text that PostgreSQL reads back as it printed it.
//!
//! `status IN ('a', 'b')` on a `varchar` column is printed as
//! `(status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])`, and that text
//! is read as something else: the outer cast is pushed into the elements. With the cast to the elements' own
//! array type in between, nothing is pushed, and the tree is the one that was printed. A file that
//! `pg_dump` wrote has no such cast, so that what is loaded from it is printed in another way.

use crate::sql::{Token, tokens};

/// Writes the cast in between wherever it is needed, outside strings.
pub(crate) fn readable_back(sql: &str) -> String {
    rewrite(sql, &|text| {
        let array = array(text)?;
        let first = array.element_type?;
        if first == array.target {
            return None;
        }
        let inside = readable_back(&text["ARRAY[".len()..array.end]);
        Some((array.end, format!("ARRAY[{inside}::{first}[]")))
    })
}

/// The form in which PostgreSQL prints a text of its own after reading it back: with the outer cast inside, and with the parts
/// of `(a AND b) AND c` side by side.
pub(crate) fn as_read_back(sql: &str) -> String {
    side_by_side(&casts_inside(sql))
}

fn casts_inside(sql: &str) -> String {
    rewrite(sql, &|text| {
        // `(ARRAY[…])::text[]`, or `ARRAY[…]::text[]` where it spares brackets.
        let bracket = text.starts_with('(');
        let array = array(if bracket { &text[1..] } else { text })?;
        if array.in_brackets != bracket {
            return None;
        }
        let elements: Vec<String> = array
            .elements
            .iter()
            .map(|element| {
                let element = casts_inside(element.trim());
                let target = array.target;
                if bracket {
                    format!("({element})::{target}")
                } else {
                    format!("{element}::{target}")
                }
            })
            .collect();
        let end = array.cast_end + usize::from(bracket);
        Some((end, format!("ARRAY[{}]", elements.join(", "))))
    })
}

/// Takes away the brackets of an AND that is a part of another AND, and of an OR in an OR. `a BETWEEN 1 AND 5 AND b` is
/// printed as `((a >= 1) AND (a <= 5)) AND b`, and read back without them.
fn side_by_side(sql: &str) -> String {
    if !sql.contains(" AND ") && !sql.contains(" OR ") {
        return sql.to_owned();
    }
    let tokens: Vec<Token<'_>> = tokens(sql).filter(|token| !token.kind.is_trivia()).collect();
    let groups = Group::all(&tokens);
    let mut left_out = Vec::new();
    for group in &groups {
        let Some(parent) = group.parent.map(|parent| &groups[parent]) else { continue };
        let Some(connective) = group.connective else { continue };
        let neighbours = [
            group
                .open
                .checked_sub(1)
                .is_some_and(|at| at == parent.open || tokens[at].is_word(connective)),
            group.close + 1 == parent.close
                || tokens.get(group.close + 1).is_some_and(|token| token.is_word(connective)),
        ];
        if parent.connective == Some(connective) && neighbours == [true, true] {
            left_out.extend([tokens[group.open].offset, tokens[group.close].offset]);
        }
    }
    left_out.sort_unstable();
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for at in left_out {
        out.push_str(&sql[copied..at]);
        copied = at + 1;
    }
    out.push_str(&sql[copied..]);
    out
}

/// What stands between brackets, by the numbers of tokens.
struct Group {
    open: usize,
    close: usize,
    parent: Option<usize>,
    /// The word that joins its parts, if it is one and the same.
    connective: Option<&'static str>,
}

impl Group {
    /// All groups that are closed, of the outer ones before the inner.
    fn all(tokens: &[Token<'_>]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let mut open: Vec<(usize, [bool; 2])> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.is_mark("(") {
                let parent = open.last().map(|(group, _)| *group);
                groups.push(Group { open: at, close: usize::MAX, parent, connective: None });
                open.push((groups.len() - 1, [false, false]));
            } else if token.is_mark(")")
                && let Some((group, joined)) = open.pop()
            {
                groups[group].close = at;
                groups[group].connective = match joined {
                    [true, false] => Some("AND"),
                    [false, true] => Some("OR"),
                    _ => None,
                };
            } else if let Some((_, joined)) = open.last_mut() {
                joined[0] |= token.is_word("AND");
                joined[1] |= token.is_word("OR");
            }
        }
        groups
    }
}

/// Replaces what `replace` finds at the beginning of a token, outside of quotes.
fn rewrite(sql: &str, replace: &dyn Fn(&str) -> Option<(usize, String)>) -> String {
    if !sql.contains("ARRAY[") {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len() + 32);
    let mut copied = 0;
    for token in tokens(sql) {
        if token.offset < copied {
            continue;
        }
        if !token.kind.is_quoted()
            && let Some((length, text)) = replace(&sql[token.offset..])
        {
            out.push_str(&text);
            copied = token.offset + length;
        } else {
            out.push_str(token.text);
            copied = token.end();
        }
    }
    out
}

/// `ARRAY[…]` with a cast of the whole behind it.
struct Array<'a> {
    elements: Vec<&'a str>,
    /// The type that all elements are cast to, if there is one.
    element_type: Option<&'a str>,
    /// Behind the closing `]`.
    end: usize,
    /// The element type of the cast.
    target: &'a str,
    /// True if a `)` stands before the cast.
    in_brackets: bool,
    /// Behind the cast.
    cast_end: usize,
}

/// The array with which a text begins; `None` when no cast follows it.
fn array(text: &str) -> Option<Array<'_>> {
    let inside = text.strip_prefix("ARRAY[")?;
    let mut elements = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    let mut end = None;
    for token in tokens(inside) {
        match token.text {
            "(" | "[" => depth += 1,
            "]" if depth == 0 => {
                elements.push(&inside[start..token.offset]);
                end = Some(token.end());
                break;
            }
            ")" | "]" => depth = depth.checked_sub(1)?,
            "," if depth == 0 => {
                elements.push(&inside[start..token.offset]);
                start = token.end();
            }
            _ => {}
        }
    }
    let end = end?;
    let plain =
        |t: &str| t.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '"'));
    let tail = &inside[end..];
    let in_brackets = tail.starts_with(')');
    let cast = tail.strip_prefix("::").or_else(|| tail.strip_prefix(")::"))?;
    let target = cast.split_once("[]")?.0;
    if !plain(target) {
        return None;
    }
    let type_of = |element: &'_ str| element.rfind("::").map(|at| at + 2);
    let types: Vec<Option<&str>> =
        elements.iter().map(|e| type_of(e).map(|at| e[at..].trim())).collect();
    let first = types.first().copied().flatten().filter(|t| plain(t));
    let element_type = first.filter(|_| types.iter().all(|t| *t == first));
    let end = "ARRAY[".len() + end;
    let cast_end = end + (tail.len() - cast.len()) + target.len() + "[]".len();
    Some(Array { elements, element_type, end, target, in_brackets, cast_end })
}

#[cfg(test)]
mod tests {
    use super::{as_read_back, readable_back};

    #[test]
    fn a_list_of_literals_keeps_its_type() {
        assert_eq!(
            readable_back(
                "((a)::text = ANY ((ARRAY['x'::character varying, 'y,]'::character varying])::text[]))"
            ),
            "((a)::text = ANY ((ARRAY['x'::character varying, 'y,]'::character varying]::character varying[])::text[]))"
        );
        assert_eq!(
            readable_back("a::text = ANY (ARRAY['x'::character varying]::text[])"),
            "a::text = ANY (ARRAY['x'::character varying]::character varying[]::text[])"
        );
        for same in [
            "a = ANY (ARRAY['x'::text, 'y'::text])",
            "a = ANY (ARRAY[('x'::character varying)::text])",
            "'ARRAY[''x''::character varying]::text[]'",
            "f(ARRAY[a, b]::text[])",
        ] {
            assert_eq!(readable_back(same), same);
        }
    }

    #[test]
    fn parts_of_one_conjunction_stand_side_by_side() {
        for (printed, read_back) in [
            ("((((a >= 1) AND (a <= 5)) AND (b > 0)))", "(((a >= 1) AND (a <= 5) AND (b > 0)))"),
            ("(((x OR y) OR z) OR ((u AND v) AND w))", "(x OR y OR z OR (u AND v AND w))"),
            (
                "SELECT t.id FROM t WHERE (c AND ((a >= 1) AND (a <= 5)));",
                "SELECT t.id FROM t WHERE (c AND (a >= 1) AND (a <= 5));",
            ),
        ] {
            assert_eq!(as_read_back(printed), read_back);
            assert_eq!(as_read_back(read_back), read_back);
        }
        for same in [
            "((a AND b) OR c)",
            "(NOT (a AND b) AND c)",
            "(f(a AND b) AND c)",
            "((a AND b)::text AND c)",
            "((a AND b) IS TRUE AND c)",
            "(a AND b) AND c",
            "('(a AND b)' AND c)",
            "(a AND (b AND c OR d))",
        ] {
            assert_eq!(as_read_back(same), same);
        }
    }

    #[test]
    fn the_cast_of_a_list_is_read_as_one_of_its_elements() {
        assert_eq!(
            as_read_back(
                "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))"
            ),
            "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))"
        );
        assert_eq!(
            as_read_back("a::text = ANY (ARRAY['x'::character varying]::text[]) AND b"),
            "a::text = ANY (ARRAY['x'::character varying::text]) AND b"
        );
        for same in ["'(ARRAY[1])::text[]'", "a = ANY (ARRAY['x'::text])", "(ARRAY[1, 2])[1]"] {
            assert_eq!(as_read_back(same), same);
        }
    }
}
