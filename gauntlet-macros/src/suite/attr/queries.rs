//! `queries = "queries/*.sql"`, `queries = ["SELECT 1"]` and `queries(files = "queries/*.sql", except = [".sqlx/query-1a*"])`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Expr, Lit};

use super::globs::globs;
use crate::args::{self, Arg, Known, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;

const EXAMPLE: &str = "`queries(files = \"queries/*.sql\", except = [\".sqlx/query-1a2b*\"])`";

/// The words of `queries(...)`.
const WORDS: [&str; 3] = ["files", "texts", "except"];

/// The queries of the program that the suite gives, and the exceptions.
pub(crate) enum QueriesGiven {
    /// A glob of files, a list of texts, or an expression that is one of them.
    Is(Expr),
    /// The words in the parentheses.
    Words { files: Option<Expr>, texts: Option<Expr>, except: Option<Expr> },
}

impl QueriesGiven {
    /// Whether it gives any query.
    pub(crate) fn gives(&self) -> bool {
        match self {
            QueriesGiven::Is(_) => true,
            QueriesGiven::Words { files, texts, .. } => files.is_some() || texts.is_some(),
        }
    }

    /// The value as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        match self {
            QueriesGiven::Is(expr) => expr.to_token_stream(),
            QueriesGiven::Words { files, texts, except } => {
                let files = files.as_ref().map(|files| quote!(.files(#files)));
                let texts = texts.as_ref().map(|texts| quote!(.texts(#texts)));
                let except = except.as_ref().map(|except| quote!(.except(#except)));
                quote!(#private::QueryRules::new() #files #texts #except)
            }
        }
    }
}

/// Reads the value after `=`.
pub(super) fn value(expr: Expr, mistakes: &mut Mistakes) -> Option<QueriesGiven> {
    let checked = match &expr {
        Expr::Array(_) => texts(expr, mistakes),
        _ => files(expr, mistakes),
    };
    checked.map(QueriesGiven::Is)
}

/// A glob of files in quotes, or an expression.
fn files(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    let expected =
        "expected a glob of SQL files in quotes, such as `\"queries/*.sql\"`, or a list of queries";
    match literal(&expr) {
        None => Some(expr),
        Some(Lit::Str(text)) if !text.value().trim().is_empty() => Some(expr),
        Some(other) => {
            mistakes.at(other, expected);
            None
        }
    }
}

/// A list of queries in quotes, or an expression.
fn texts(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    let expected = "expected a query in quotes, such as `\"SELECT id FROM users\"`";
    let Expr::Array(list) = &expr else {
        let Some(other) = literal(&expr) else { return Some(expr) };
        mistakes.at(other, "expected a list of queries, such as `[\"SELECT id FROM users\"]`");
        return None;
    };
    let mut sound = !list.elems.is_empty();
    if !sound {
        mistakes.at(list, "this list has no query; remove it");
    }
    for element in &list.elems {
        match literal(element) {
            None => {}
            Some(Lit::Str(text)) if !text.value().trim().is_empty() => {}
            Some(other) => {
                mistakes.at(other, expected);
                sound = false;
            }
        }
    }
    sound.then_some(expr)
}

/// Reads the words between the parentheses.
pub(super) fn list(
    span: Span,
    words: TokenStream,
    mistakes: &mut Mistakes,
) -> Option<QueriesGiven> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`queries()` says nothing; write {EXAMPLE}"));
        return None;
    }
    let (mut files_given, mut texts_given, mut except) = (None, None, None);
    let Known { args, mut sound } = args::known(words, "word", &WORDS, mistakes);
    for Arg { key, value } in args {
        let name = key.to_string();
        let Value::Is(value) = value else {
            mistakes.at(&key, format!("`{key}` needs a value, as in {EXAMPLE}"));
            sound = false;
            continue;
        };
        let place = match name.as_str() {
            "files" => &mut files_given,
            "texts" => &mut texts_given,
            _ => &mut except,
        };
        *place = match name.as_str() {
            "files" => files(value, mistakes),
            "texts" => texts(value, mistakes),
            _ => globs(value, "except", ".sqlx/query-1a2b*", mistakes),
        };
        sound &= place.is_some();
    }
    sound.then_some(QueriesGiven::Words { files: files_given, texts: texts_given, except })
}
