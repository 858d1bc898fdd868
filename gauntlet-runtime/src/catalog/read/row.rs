//! The answer of the server, taken apart.

use super::query::Separators;

/// One row of one kind, still as text.
#[derive(Debug)]
pub(in crate::catalog) struct Row<'a> {
    pub(in crate::catalog) oid: u32,
    pub(in crate::catalog) sub: i32,
    pub(in crate::catalog) root: u32,
    pub(in crate::catalog) schema: u32,
    pub(in crate::catalog) parent: &'a str,
    pub(in crate::catalog) name: &'a str,
    pub(in crate::catalog) attributes: &'a str,
}

/// The rows of one kind; `None` when a separator occurs inside user text, so that rows cannot be separated.
pub(in crate::catalog) fn rows(
    text: &str,
    count: usize,
    separators: Separators,
) -> Option<Vec<Row<'_>>> {
    if count == 0 {
        return text.is_empty().then(Vec::new);
    }
    let mut rows = Vec::with_capacity(count);
    for line in text.split(separators.row) {
        let mut columns = line.split(separators.column);
        let mut next = || columns.next();
        let row = Row {
            oid: next()?.parse().ok()?,
            sub: next()?.parse().ok()?,
            root: next()?.parse().ok()?,
            schema: next()?.parse().ok()?,
            parent: next()?,
            name: next()?,
            attributes: next()?,
        };
        if next().is_some() {
            return None;
        }
        rows.push(row);
    }
    (rows.len() == count).then_some(rows)
}

/// Splits an array as PostgreSQL prints it (`{a,"b c",NULL}`) into its elements; NULLs are left out.
pub(in crate::catalog) fn array(text: &str) -> Vec<String> {
    let Some(inside) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else {
        return vec![text.to_owned()];
    };
    let mut elements = Vec::new();
    let mut element = String::new();
    let (mut quoted, mut was_quoted, mut chars) = (false, false, inside.chars());
    let mut finish = |element: &mut String, was_quoted: &mut bool| {
        if *was_quoted || !(element.is_empty() || element == "NULL") {
            elements.push(std::mem::take(element));
        }
        element.clear();
        *was_quoted = false;
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => element.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            ',' if !quoted => finish(&mut element, &mut was_quoted),
            _ => element.push(c),
        }
    }
    finish(&mut element, &mut was_quoted);
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays() {
        assert_eq!(array("{}"), Vec::<String>::new());
        assert_eq!(array(r#"{a,"b, \"c\"",NULL,"NULL",""}"#), ["a", "b, \"c\"", "NULL", ""]);
    }

    #[test]
    fn a_separator_in_user_text_is_noticed() {
        let s = Separators::SETS[0];
        let good = "1\u{1e}0\u{1e}1\u{1e}0\u{1e}\u{1e}t\u{1e}a=b";
        assert_eq!(rows(good, 1, s).unwrap()[0].name, "t");
        assert!(rows(&format!("{good}\u{1d}x"), 1, s).is_none());
        assert!(rows(&format!("{good}\u{1e}x"), 1, s).is_none());
    }
}
