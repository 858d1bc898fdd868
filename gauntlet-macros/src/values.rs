//! Values that several arguments take: literals, versions, lengths of time.

use std::fmt;

use gauntlet_plan::nearest;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprUnary, Lit, UnOp};

use crate::mistakes::Mistakes;

/// The literal that an expression is, through parentheses and invisible groups.
pub(crate) fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(literal) => Some(&literal.lit),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(parens) => literal(&parens.expr),
        _ => None,
    }
}

/// The expression inside the invisible group that a `macro_rules!` variable leaves around it.
pub(crate) fn ungroup(mut expr: Expr) -> Expr {
    while let Expr::Group(group) = expr {
        expr = *group.expr;
    }
    expr
}

/// A version as an engine records it: a number, or a text for engines whose versions are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Version {
    Number(i64),
    Text(String),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Number(number) => number.fmt(f),
            Version::Text(text) => f.write_str(text),
        }
    }
}

/// As a literal of its own type.
impl ToTokens for Version {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Version::Number(version) => tokens.extend(number(*version)),
            Version::Text(text) => text.to_tokens(tokens),
        }
    }
}

/// A version, as it stands at the start of a migration's file name.
pub(crate) fn version(expr: &Expr, mistakes: &mut Mistakes) -> Option<Version> {
    const EXPECTED: &str =
        "expected a version, the number at the start of the file's name: `20240105`";
    let fault = match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. })
            if matches!(literal(expr), Some(Lit::Int(_))) =>
        {
            "a version cannot be negative".to_owned()
        }
        _ => match literal(expr) {
            Some(Lit::Int(number)) => {
                if !matches!(number.suffix(), "" | "i64") {
                    format!("a version is an `i64`, not `{}`", number.suffix())
                } else if let Ok(version) = number.base10_parse::<i64>() {
                    return Some(Version::Number(version));
                } else {
                    format!("this version is too large; the largest is {}", i64::MAX)
                }
            }
            Some(Lit::Str(text)) if !text.value().trim().is_empty() => {
                return Some(Version::Text(text.value()));
            }
            _ => EXPECTED.to_owned(),
        },
    };
    mistakes.at(expr, fault);
    None
}

/// Versions, each once.
pub(crate) fn versions<'a>(
    elements: impl IntoIterator<Item = &'a Expr>,
    mistakes: &mut Mistakes,
) -> Option<Vec<Version>> {
    let mut versions: Vec<Version> = Vec::new();
    let mut sound = true;
    for element in elements {
        match version(element, mistakes) {
            Some(version) if versions.contains(&version) => {
                mistakes.at(element, format!("version {version} is listed twice"));
                sound = false;
            }
            Some(version) => versions.push(version),
            None => sound = false,
        }
    }
    sound.then_some(versions)
}

/// A version as a literal of its own type. The user's own token would make `clippy::unreadable_literal` warn about a
/// date.
fn number(version: i64) -> TokenStream {
    let literal = proc_macro2::Literal::i64_suffixed(version);
    quote!(#literal)
}

/// A version by its number or by a part of its name.
pub(crate) fn version_by_name(expr: &Expr, mistakes: &mut Mistakes) -> Option<TokenStream> {
    match literal(expr) {
        Some(Lit::Str(text)) if text.value().trim().is_empty() => {
            mistakes.at(text, "this name is empty; give a number or a part of a name");
        }
        Some(Lit::Str(text)) => return Some(quote!(#text)),
        Some(Lit::Int(_)) => return Some(version(expr, mistakes)?.into_token_stream()),
        None => return Some(quote!(#expr)),
        Some(other) => {
            let text = "expected a version, a number or a part of a name: `\"add_status\"`";
            mistakes.at(other, text);
        }
    }
    None
}

/// The word `all` as the value of an argument that also takes words in parentheses; `example` shows those.
pub(crate) fn word_all(
    expr: &Expr,
    argument: &str,
    example: &str,
    mistakes: &mut Mistakes,
) -> bool {
    let expected = format!("expected `all` or words in parentheses: `{argument} = all`, {example}");
    match expr {
        Expr::Path(path) if path.path.is_ident("all") => return true,
        Expr::Path(path) => match path.path.get_ident() {
            Some(word) if nearest(&word.to_string(), &["all"]).is_some() => {
                mistakes.at(word, format!("expected `all`, not `{word}`"));
            }
            _ => mistakes.at(expr, expected),
        },
        _ => match literal(expr) {
            Some(Lit::Str(text)) if text.value() == "all" => {
                mistakes.at(text, format!("remove the quotes: `{argument} = all`"));
            }
            _ => mistakes.at(expr, expected),
        },
    }
    false
}

/// A length of time: `"30s"`, or an expression.
pub(crate) fn duration(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    match literal(&expr) {
        None => return Some(expr),
        Some(Lit::Str(text)) if is_duration(&text.value()) => return Some(expr),
        Some(other) => {
            let text = "expected a length of time, a number with `ms`, `s`, `m` or `h`: `\"30s\"`";
            mistakes.at(other, text);
        }
    }
    None
}

fn is_duration(text: &str) -> bool {
    let Some(at) = text.find(|c: char| c.is_ascii_alphabetic()) else { return false };
    let (number, unit) = text.split_at(at);
    let number =
        number.trim().parse::<f64>().is_ok_and(|number| number >= 0.0 && number.is_finite());
    number && ["ms", "s", "m", "min", "h"].contains(&unit)
}
