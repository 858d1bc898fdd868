//! `locks = all` and `locks(all, allow = ["settings"], max_rows = 1000)`: the rules of the check `locks`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Lit, LitInt};

use super::globs::globs;
use crate::args::{self, Arg, Known, Value};
use crate::mistakes::Mistakes;
use crate::values::{literal, word_all};

const EXAMPLE: &str = "`locks(allow = [\"settings\"], max_rows = 1000)`";

/// The words of `locks(...)`.
const WORDS: [&str; 3] = ["all", "allow", "max_rows"];

/// The rules of the check `locks`.
#[derive(Default)]
pub(crate) struct LocksGiven {
    pub(crate) all: bool,
    allow: Option<Expr>,
    max_rows: Option<LitInt>,
}

impl LocksGiven {
    /// The rules as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        let all = self.all.then(|| quote!(.all()));
        let allow = self.allow.as_ref().map(|globs| quote!(.allow(#globs)));
        let max_rows = self.max_rows.as_ref().map(|rows| quote!(.max_rows(#rows)));
        quote!(#private::LockRules::new() #all #allow #max_rows)
    }
}

/// Reads the word after `=`.
pub(crate) fn value(expr: &Expr, mistakes: &mut Mistakes) -> Option<LocksGiven> {
    word_all(expr, "locks", EXAMPLE, mistakes)
        .then(|| LocksGiven { all: true, ..LocksGiven::default() })
}

/// Reads the words between the parentheses.
pub(crate) fn list(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Option<LocksGiven> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`locks()` gives no rule; write {EXAMPLE}"));
        return None;
    }
    let mut given = LocksGiven::default();
    let Known { args, mut sound } = args::known(words, "word", &WORDS, mistakes);
    for Arg { key, value } in args {
        let name = key.to_string();
        let mut fault = |text: String| {
            mistakes.at(&key, text);
            sound = false;
        };
        match (name.as_str(), value) {
            ("all", Value::Missing) => given.all = true,
            ("all", _) => fault("`all` takes no value: `locks(all)`".to_owned()),
            (_, Value::Missing | Value::List(..)) => {
                fault(format!("`{key}` needs a value, as in {EXAMPLE}"));
            }
            ("allow", Value::Is(value)) => match globs(value, "allow", "settings", mistakes) {
                Some(value) => given.allow = Some(value),
                None => sound = false,
            },
            (_, Value::Is(value)) => match literal(&value) {
                Some(Lit::Int(rows)) if rows.base10_parse::<u64>().is_ok() => {
                    given.max_rows = Some(rows.clone());
                }
                _ => {
                    mistakes.at(&value, "expected a number of rows, such as `1000`");
                    sound = false;
                }
            },
        }
    }
    sound.then_some(given)
}
