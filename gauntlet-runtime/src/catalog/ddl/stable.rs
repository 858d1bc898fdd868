//! Text that PostgreSQL reads back as it printed it.
//!
//! `status IN ('a', 'b')` on a `varchar` column is printed as
//! `(status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])`, and that text
//! is read as something else: the outer cast is pushed into the elements. With the cast to the elements' own
//! array type in between, nothing is pushed, and the tree is the one that was printed.

/// Writes the cast in between wherever it is needed, outside strings.
pub(super) fn readable_back(sql: &str) -> String {
    if !sql.contains("ARRAY[") {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len() + 32);
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        if let Some(end) = quoted(rest) {
            out.push_str(&rest[..end]);
            at += end;
        } else if let Some((end, cast)) = array(rest) {
            out.push_str(&readable_inside(&rest[..end]));
            out.push_str(&cast);
            at += end;
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            out.push_str(&rest[..length]);
            at += length;
        }
    }
    out
}

/// The array itself may hold others.
fn readable_inside(array: &str) -> String {
    match array.strip_prefix("ARRAY[") {
        Some(inside) => format!("ARRAY[{}", readable_back(inside)),
        None => array.to_owned(),
    }
}

/// Where `ARRAY[…]` ends, and the cast that has to follow; `None` when it is no such array.
fn array(text: &str) -> Option<(usize, String)> {
    let inside = text.strip_prefix("ARRAY[")?;
    let mut elements = Vec::new();
    let (mut depth, mut at, mut start) = (0usize, 0, 0);
    let end = loop {
        let rest = inside.get(at..)?;
        if let Some(end) = quoted(rest) {
            at += end;
            continue;
        }
        let c = rest.chars().next()?;
        match c {
            '(' | '[' => depth += 1,
            ']' if depth == 0 => {
                elements.push(&inside[start..at]);
                break at + 1;
            }
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                elements.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += c.len_utf8();
    };
    let element_type = |element: &str| element.rsplit_once("::").map(|(_, t)| t.trim().to_owned());
    let first = element_type(elements.first()?)?;
    let plain = first.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '"'));
    if !plain || !elements.iter().all(|element| element_type(element).as_ref() == Some(&first)) {
        return None;
    }
    let tail = &inside[end..];
    let cast = tail.strip_prefix("::").or_else(|| tail.strip_prefix(")::"))?;
    let target = cast.split_once("[]")?.0;
    let another = target != first
        && target.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '"'));
    another.then(|| ("ARRAY[".len() + end, format!("::{first}[]")))
}

/// The length of the string, quoted name or dollar-quoted body that begins here.
fn quoted(text: &str) -> Option<usize> {
    match text.chars().next()? {
        quote @ ('\'' | '"') => Some(text[1..].find(quote).map_or(text.len(), |at| at + 2)),
        '$' => super::tokens::dollar_end(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::readable_back;

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
}
