//! Identifiers and literals of PostgreSQL: how they are quoted, and how a name is shown to a person.
//!
//! Everything that puts a name into SQL text goes through [`quote_ident`]; there is no second place.

/// The longest identifier that PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// Quotes an identifier for SQL, always: `users` becomes `"users"`.
///
/// Used wherever the tool itself names an object that it made, so that no keyword or odd
/// character can change the meaning of a statement.
pub fn quote_ident(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    out.push('"');
    for c in name.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Quotes a string literal for SQL, whatever `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let escaped = text.replace('\'', "''");
    if text.contains('\\') {
        format!("E'{}'", escaped.replace('\\', "\\\\"))
    } else {
        format!("'{escaped}'")
    }
}

/// Shortens a name so that it fits into [`MAX_IDENTIFIER_BYTES`], at a character boundary.
pub fn truncate_ident(name: &str, bytes: usize) -> &str {
    let mut end = bytes.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_always_quoted() {
        assert_eq!(quote_ident("users"), r#""users""#);
        assert_eq!(quote_ident(r#"we"ird"#), r#""we""ird""#);
    }

    #[test]
    fn literals_keep_their_backslashes() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal(r"a\b'c"), r"E'a\\b''c'");
    }

    #[test]
    fn truncation_respects_characters() {
        assert_eq!(truncate_ident("grün", 3), "gr");
        assert_eq!(truncate_ident("abc", 63), "abc");
    }
}
