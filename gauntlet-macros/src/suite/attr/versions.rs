//! `populated = all` and `interrupted(all, allow = [20240105])`: the rules of the checks that judge new versions and make
//! exceptions of some.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Expr;

use crate::args::{self, Arg, Known, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, versions, word_all};

/// An argument with such rules.
#[derive(Clone, Copy)]
pub(super) struct Of {
    name: &'static str,
    example: &'static str,
}

/// The rules of the check `populated`.
pub(super) const POPULATED: Of =
    Of { name: "populated", example: "`populated(allow = [20240105])`" };

/// The rules of the check `interrupted`.
pub(super) const INTERRUPTED: Of =
    Of { name: "interrupted", example: "`interrupted(allow = [20240105])`" };

/// The words between the parentheses.
const WORDS: [&str; 2] = ["all", "allow"];

/// Which versions a check judges, and the exceptions.
#[derive(Default)]
pub(crate) struct VersionsGiven {
    pub(crate) all: bool,
    allow: Vec<Version>,
}

impl VersionsGiven {
    /// The rules as an expression, which `new` begins.
    pub(crate) fn tokens(&self, private: &TokenStream, new: &TokenStream) -> TokenStream {
        let all = self.all.then(|| quote!(.all()));
        let versions = &self.allow;
        let allow =
            (!versions.is_empty()).then(|| quote!(.allow([#(#private::version(#versions)),*])));
        quote!(#new #all #allow)
    }
}

/// Reads the word after `=`.
pub(super) fn value(of: Of, expr: &Expr, mistakes: &mut Mistakes) -> Option<VersionsGiven> {
    word_all(expr, of.name, of.example, mistakes)
        .then(|| VersionsGiven { all: true, ..VersionsGiven::default() })
}

/// Reads the words between the parentheses.
pub(super) fn list(
    Of { name: argument, example }: Of,
    span: Span,
    words: TokenStream,
    mistakes: &mut Mistakes,
) -> Option<VersionsGiven> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`{argument}()` gives no rule; write {example}"));
        return None;
    }
    let mut given = VersionsGiven::default();
    let Known { args, mut sound } = args::known(words, "word", &WORDS, mistakes);
    for Arg { key, value } in args {
        let name = key.to_string();
        let mut fault = |text: String| {
            mistakes.at(&key, text);
            sound = false;
        };
        match (name.as_str(), value) {
            ("all", Value::Missing) => given.all = true,
            ("all", _) => fault(format!("`all` takes no value: `{argument}(all)`")),
            (_, Value::Missing | Value::List(..)) => {
                fault(format!("`{key}` needs a value, as in {example}"));
            }
            (_, Value::Is(Expr::Array(list))) => match versions(&list.elems, mistakes) {
                Some(value) => given.allow = value,
                None => sound = false,
            },
            (_, Value::Is(_)) => {
                fault(format!("`allow` needs a list of versions, as in {example}"));
            }
        }
    }
    sound.then_some(given)
}
