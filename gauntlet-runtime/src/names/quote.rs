//! Quoting of identifiers and literals.

use super::keywords::KEYWORDS;

/// The longest identifier that PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// Quotes an identifier for SQL, always: `users` becomes `"users"`.
///
/// For statements that the tool itself runs: no keyword or unusual character can change their meaning.
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

/// Quotes an identifier where PostgreSQL would: `users` stays, `Users` and `user` are quoted.
///
/// For SQL that a person reads. Agrees with the server's own `quote_ident`, with the keywords of all supported
/// versions together, so that the text does not depend on the version.
pub fn quote_if_needed(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain && KEYWORDS.binary_search(&name).is_err() {
        name.to_owned()
    } else {
        quote_ident(name)
    }
}

/// Quotes a string literal for SQL; valid with either value of `standard_conforming_strings`.
pub fn quote_literal(text: &str) -> String {
    let escaped = text.replace('\'', "''");
    if text.contains('\\') {
        format!("E'{}'", escaped.replace('\\', "\\\\"))
    } else {
        format!("'{escaped}'")
    }
}

/// Cuts a name to at most `bytes` bytes, at a character boundary.
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
    fn readable_identifiers_are_quoted_as_the_server_does() {
        assert_eq!(quote_if_needed("users_2"), "users_2");
        for odd in ["user", "Users", "2fast", "a b", "grün", "", "a$b", "between"] {
            assert_eq!(quote_if_needed(odd), quote_ident(odd));
        }
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
