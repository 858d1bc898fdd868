//! The names that stand before a dot.

use super::lexer::tokens;

/// The names before a dot, outside strings and comments, as PostgreSQL reads them: `audit` of `audit.users`, `Odd One`
/// of `"Odd One".users`, but also `u` of `u.id`.
pub fn qualifiers(statement: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut last = None;
    for token in tokens(statement).filter(|token| !token.kind.is_trivia()) {
        if token.is_mark(".") {
            found.extend(last.take());
        } else {
            last = token.name();
        }
    }
    found
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
