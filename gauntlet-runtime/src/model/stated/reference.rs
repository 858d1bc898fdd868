//! The target of a foreign key as a struct states it: `user(id)`, `"Order" (id) ON DELETE CASCADE`.

use crate::names::quote_if_needed;
use crate::sql::{TokenKind, tokens};

/// The target with quotes around those names of tables and columns that are keywords, as SQL wants them. What follows the
/// columns stays as it is.
pub(super) fn with_quoted_keywords(target: &str) -> String {
    let mut out = String::new();
    let mut end = false;
    let mut named = false;
    let mut in_columns = false;
    for token in tokens(target) {
        let word = token.kind == TokenKind::Word;
        // A second word outside of the columns begins the actions.
        let begins_actions = word && named && !in_columns && !out.trim_end().ends_with('.');
        end |= begins_actions || (in_columns && token.is_mark(")"));
        if word && !end {
            // A word in capitals is folded before it is compared.
            let lower = token.text.to_lowercase();
            let quoted = quote_if_needed(&lower);
            out.push_str(if quoted == lower { token.text } else { &quoted });
            named = true;
        } else {
            named |= token.kind.is_quoted();
            in_columns |= token.is_mark("(");
            out.push_str(token.text);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_quoted_and_nothing_else() {
        let check =
            |target: &str, expected: &str| assert_eq!(with_quoted_keywords(target), expected);
        check("user(id)", "\"user\"(id)");
        check(
            "public.User (order, id) ON DELETE CASCADE",
            "public.\"user\" (\"order\", id) ON DELETE CASCADE",
        );
        check("\"Order\" (id) ON UPDATE SET NULL", "\"Order\" (id) ON UPDATE SET NULL");
        check("orders ON DELETE CASCADE", "orders ON DELETE CASCADE");
        check("user ON DELETE CASCADE", "\"user\" ON DELETE CASCADE");
        check("Orders(Id)", "Orders(Id)");
        check("\"user\"(id)", "\"user\"(id)");
    }
}
