//! The names that a piece of SQL, as PostgreSQL prints it, mentions.

use crate::sql::{self, Token, TokenKind};

/// A name in SQL text, unquoted, with its qualifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The parts of the name: `audit` and `users` of `audit.users`.
    pub(crate) parts: Vec<String>,
    /// True if a parenthesis follows.
    pub(crate) call: bool,
}

/// The names and operators of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    pub(crate) names: Vec<Mention>,
    pub(crate) operators: Vec<String>,
}

/// Finds names and operators outside comments and strings, and names inside `'…'::regclass` and its like.
pub(crate) fn mentions(text: &str) -> Mentions {
    let mut out = Mentions::default();
    let mut tokens = sql::tokens(text).filter(|token| !token.kind.is_comment()).peekable();
    while let Some(token) = tokens.next() {
        if let Some(first) = token.name() {
            let mut parts = vec![first];
            while tokens.peek().is_some_and(|next| next.is_mark(".")) {
                tokens.next();
                let Some(part) = tokens.peek().and_then(Token::name) else { break };
                tokens.next();
                parts.push(part);
            }
            while tokens.next_if(|next| next.kind == TokenKind::Space).is_some() {}
            let call = tokens.peek().is_some_and(|next| next.is_mark("("));
            out.names.push(Mention { parts, call });
        } else if token.kind == TokenKind::Operator {
            out.operators.push(token.text.to_owned());
        } else if token.kind == TokenKind::String && text[token.end()..].starts_with("::reg") {
            let content = token.inside().map_or("", |(inside, _)| inside).replace("''", "'");
            // A function by its bare name counts as a call.
            let call = text[token.end()..].starts_with("::regproc");
            let inner = mentions(&content).names.into_iter();
            out.names.extend(inner.map(|mention| Mention { call, ..mention }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        mentions(text)
            .names
            .iter()
            .map(|m| format!("{}{}", m.parts.join("/"), if m.call { "()" } else { "" }))
            .collect()
    }

    #[test]
    fn names_are_found_where_they_count() {
        assert_eq!(
            shown("1 + \"we\"\"ird\".f(a.b, 'x y', E'q\\'z') -- no\n"),
            ["we\"ird/f()", "a/b"]
        );
        assert_eq!(shown("nextval('audit.\"S\"'::regclass)"), ["nextval()", "audit/S", "regclass"]);
        assert_eq!(shown("$x$ t $x$ u $1 v"), ["u", "v"]);
        assert_eq!(mentions("a @@ b").operators, ["@@"]);
    }
}
