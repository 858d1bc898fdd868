//! `populated = all` and `populated(all, allow = [20240105])`: the rules of the check `populated`.

use gauntlet_plan::unknown;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Expr;

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, versions, word_all};

const EXAMPLE: &str = "`populated(allow = [20240105])`";

/// The words of `populated(...)`.
const WORDS: [&str; 2] = ["all", "allow"];

/// The rules of the check `populated`.
#[derive(Default)]
pub(crate) struct PopulatedGiven {
    pub(crate) all: bool,
    allow: Vec<Version>,
}

impl PopulatedGiven {
    /// The rules as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        let all = self.all.then(|| quote!(.all()));
        let versions = &self.allow;
        let allow =
            (!versions.is_empty()).then(|| quote!(.allow([#(#private::version(#versions)),*])));
        quote!(#private::PopulatedRules::new() #all #allow)
    }
}

/// Reads the word after `=`.
pub(crate) fn value(expr: &Expr, mistakes: &mut Mistakes) -> Option<PopulatedGiven> {
    word_all(expr, "populated", EXAMPLE, mistakes)
        .then(|| PopulatedGiven { all: true, ..PopulatedGiven::default() })
}

/// Reads the words between the parentheses.
pub(crate) fn list(
    span: Span,
    words: TokenStream,
    mistakes: &mut Mistakes,
) -> Option<PopulatedGiven> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`populated()` gives no rule; write {EXAMPLE}"));
        return None;
    }
    let mut given = PopulatedGiven::default();
    let mut seen: Vec<String> = Vec::new();
    let mut sound = true;
    for Arg { key, value } in args::parse(words, mistakes) {
        let name = key.to_string();
        let mut fault = |text: String| {
            mistakes.at(&key, text);
            sound = false;
        };
        if seen.contains(&name) {
            fault(format!("`{key}` is given twice"));
            continue;
        }
        seen.push(name.clone());
        match (name.as_str(), value) {
            ("all", Value::Missing) => given.all = true,
            ("all", _) => fault("`all` takes no value: `populated(all)`".to_owned()),
            ("allow", Value::Missing | Value::List(..)) => {
                fault(format!("`{key}` needs a value, as in {EXAMPLE}"));
            }
            ("allow", Value::Is(Expr::Array(list))) => match versions(&list.elems, mistakes) {
                Some(value) => given.allow = value,
                None => sound = false,
            },
            ("allow", Value::Is(_)) => {
                fault(format!("`allow` needs a list of versions, as in {EXAMPLE}"));
            }
            _ => fault(unknown("word", &name, &WORDS)),
        }
    }
    sound.then_some(given)
}
