//! The grammar of the arguments of an attribute: `name = expression`,
//! `name(...)` or a bare `name`, separated by commas, with all spans kept.
//!
//! The same grammar serves `#[migration_suite(...)]` and `#[gauntlet(...)]`. The names and their values
//! are the business of the callers.

use gauntlet_plan::unknown;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, Token, token};

use crate::mistakes::Mistakes;

/// One argument.
pub(crate) struct Arg {
    /// Its name, which may be a keyword (`crate`).
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// The part after an argument's name.
pub(crate) enum Value {
    /// Nothing: `strict`.
    Missing,
    /// `= expression`.
    Is(Expr),
    /// `(...)`, with the span of the parentheses.
    List(Span, TokenStream),
}

/// Reads all arguments; a faulty one is reported and skipped.
pub(crate) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Vec<Arg> {
    let mut args = Vec::new();
    let all = |input: ParseStream| {
        while !input.is_empty() {
            match arg(input) {
                Ok(arg) => args.push(arg),
                Err(error) => {
                    mistakes.push(error);
                    skip_to_comma(input);
                }
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else {
                mistakes.push(input.error("expected `,`"));
                if !starts_arg(input) {
                    skip_to_comma(input);
                    input.parse::<Option<Token![,]>>()?;
                }
            }
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        mistakes.push(error);
    }
    args
}

/// Arguments that are known, each given once.
pub(crate) struct Known {
    pub(crate) args: Vec<Arg>,
    /// Whether there were no others.
    pub(crate) sound: bool,
}

/// Reads arguments with these names. One that is unknown or given twice is reported and skipped; `what` is what they are
/// called: `word`.
pub(crate) fn known(
    tokens: TokenStream,
    what: &str,
    names: &[&str],
    mistakes: &mut Mistakes,
) -> Known {
    let mut known = Known { args: Vec::new(), sound: true };
    for arg in parse(tokens, mistakes) {
        let key = &arg.key;
        let name = key.to_string();
        let problem = if !names.contains(&name.as_str()) {
            unknown(what, &name, names)
        } else if known.args.iter().any(|arg| arg.key == *key) {
            format!("`{key}` is given twice")
        } else {
            known.args.push(arg);
            continue;
        };
        mistakes.at(key, problem);
        known.sound = false;
    }
    known
}

/// Reads expressions with commas between them. Where there is anything else, the error is noted and nothing is read.
pub(crate) fn expressions(tokens: TokenStream, mistakes: &mut Mistakes) -> Option<Vec<Expr>> {
    match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(list) => Some(list.into_iter().collect()),
        Err(error) => {
            mistakes.push(error);
            None
        }
    }
}

fn arg(input: ParseStream) -> syn::Result<Arg> {
    if !input.peek(syn::Ident::peek_any) {
        return Err(input.error("expected `name = value`"));
    }
    let key = input.call(Ident::parse_any)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Arg { key, value: Value::Missing });
    }
    if input.peek(token::Paren) {
        let inside;
        let parens = syn::parenthesized!(inside in input);
        let value = Value::List(parens.span.join(), inside.parse()?);
        return Ok(Arg { key, value });
    }
    if !input.peek(Token![=]) {
        return Err(input.error("expected `=`"));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("`{key}` needs a value after `=`")));
    }
    // A missing comma makes the next argument look like a part of this one only in
    // ways that the expression's own parser rejects, so the error points at the right token.
    Ok(Arg { key, value: Value::Is(input.parse()?) })
}

/// `true` if the next two tokens begin an argument, so that only a comma is missing.
fn starts_arg(input: ParseStream) -> bool {
    input.peek(syn::Ident::peek_any) && (input.peek2(Token![=]) || input.peek2(token::Paren))
}

fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // A token tree can always be read from a stream that is not empty.
        if input.parse::<TokenTree>().is_err() {
            break;
        }
    }
}
