//! Rust source as a flat list of tokens with their lines.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token; brackets are tokens of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Ident(String),
    Punct(char),
    Open(char),
    Close,
    Literal(String),
}

#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: usize,
}

/// Splits a file into tokens. Comments are gone.
///
/// # Errors
///
/// The message of the lexer, when the text is not Rust.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, String> {
    let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    let mut all = Vec::new();
    flatten(stream, &mut all);
    Ok(all)
}

fn flatten(stream: TokenStream, all: &mut Vec<Placed>) {
    for tree in stream {
        let line = tree.span().start().line;
        let token = match tree {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                // A raw identifier is the name that it stands for, also in the names of files.
                Token::Ident(name.strip_prefix("r#").unwrap_or(&name).to_owned())
            }
            TokenTree::Punct(punct) => Token::Punct(punct.as_char()),
            TokenTree::Literal(literal) => Token::Literal(literal.to_string()),
            TokenTree::Group(group) => {
                let open = match group.delimiter() {
                    Delimiter::Parenthesis => '(',
                    Delimiter::Brace => '{',
                    Delimiter::Bracket => '[',
                    Delimiter::None => ' ',
                };
                all.push(Placed { token: Token::Open(open), line });
                let end = group.span_close().end().line;
                flatten(group.stream(), all);
                all.push(Placed { token: Token::Close, line: end });
                continue;
            }
        };
        all.push(Placed { token, line });
    }
}
