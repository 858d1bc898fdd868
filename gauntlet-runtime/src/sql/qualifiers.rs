//! The names that stand before a dot.

use super::split::{Scanner, TokenKind};

/// What stands before a dot outside of strings and comments, as PostgreSQL reads it: `audit` of `audit.users`,
/// `Odd One` of `"Odd One".users`, but also `u` of `u.id`.
pub fn qualifiers(statement: &str) -> Vec<String> {
    let mut scanner = Scanner::new(statement);
    let mut found = Vec::new();
    let mut last = None;
    while let Some(token) = scanner.next_token() {
        let text = &statement[token.start..token.end];
        if text == "." {
            found.extend(last.take());
        } else if token.kind != TokenKind::Comment {
            last = name(text, token.kind == TokenKind::Word);
        }
    }
    found
}

fn name(text: &str, word: bool) -> Option<String> {
    if word {
        return Some(text.to_lowercase());
    }
    let quoted = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(quoted.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_dots() {
        let sql = "SELECT U.id, 1.5, 'x.y', \"A \"\"b\".c /* d.e */ FROM audit /* f */ . users u";
        assert_eq!(qualifiers(sql), ["u", "A \"b", "audit"]);
    }
}
