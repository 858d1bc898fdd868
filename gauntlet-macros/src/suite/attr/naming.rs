//! `naming(index = ["idx_*"], check = any, except = ["old_idx"])`: rules for the names of single kinds, and exceptions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Expr, Lit, LitStr};

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;

/// The kinds of names, each with the variant of `NameKind`.
const KINDS: [(&str, &str); 11] = [
    ("index", "Index"),
    ("unique", "Unique"),
    ("foreign_key", "ForeignKey"),
    ("check", "Check"),
    ("primary_key", "PrimaryKey"),
    ("sequence", "Sequence"),
    ("enum", "Enum"),
    ("trigger", "Trigger"),
    ("view", "View"),
    ("table", "Table"),
    ("column", "Column"),
];

const EXAMPLE: &str =
    "`naming(index = [\"idx_*\", \"*_idx\"], check = any, except = [\"old_idx\"])`";

/// One word of `naming(...)`.
pub(crate) enum NamingWord {
    /// Names that are right whatever they name.
    Except(Vec<LitStr>),
    /// Any name of this kind is right.
    Any(Ident),
    /// Names of this kind have one of these beginnings or endings.
    Affixes { kind: Ident, prefixes: Vec<String>, suffixes: Vec<String> },
}

impl NamingWord {
    /// The call on the rules.
    pub(crate) fn call(&self, private: &TokenStream) -> TokenStream {
        match self {
            NamingWord::Except(names) => quote!(.except([#(#names),*])),
            NamingWord::Any(kind) => quote!(.without(#private::NameKind::#kind)),
            NamingWord::Affixes { kind, prefixes, suffixes } => quote! {
                .affixes(#private::NameKind::#kind, &[#(#prefixes),*], &[#(#suffixes),*])
            },
        }
    }
}

/// Reads the words between the parentheses.
pub(crate) fn read(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Vec<NamingWord> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`naming()` gives no rule; write {EXAMPLE}"));
        return Vec::new();
    }
    let mut known: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
    known.push("except");
    let mut read = Vec::new();
    for Arg { key, value } in args::known(words, "kind of name", &known, mistakes).args {
        let name = key.to_string();
        let Value::Is(value) = value else {
            mistakes.at(&key, format!("`{key}` needs a value, as in {EXAMPLE}"));
            continue;
        };
        let variant = KINDS.iter().find(|(word, _)| *word == name).map(|(_, variant)| *variant);
        read.extend(match variant {
            None => texts(&value, "names", mistakes).map(NamingWord::Except),
            Some(variant) => rule(Ident::new(variant, Span::call_site()), &value, mistakes),
        });
    }
    read
}

fn rule(kind: Ident, value: &Expr, mistakes: &mut Mistakes) -> Option<NamingWord> {
    if matches!(value, Expr::Path(path) if path.path.is_ident("any")) {
        return Some(NamingWord::Any(kind));
    }
    let (mut prefixes, mut suffixes) = (Vec::new(), Vec::new());
    let mut sound = true;
    for glob in texts(value, "globs such as `\"idx_*\"`, or `any`", mistakes)? {
        let text = glob.value();
        match (text.strip_suffix('*'), text.strip_prefix('*')) {
            (Some(prefix), None) if !prefix.is_empty() && !prefix.contains('*') => {
                prefixes.push(prefix.to_owned());
            }
            (None, Some(suffix)) if !suffix.is_empty() && !suffix.contains('*') => {
                suffixes.push(suffix.to_owned());
            }
            _ => {
                mistakes.at(
                    &glob,
                    "expected a beginning or an ending, `\"idx_*\"` or `\"*_idx\"`; templates and \
                     regular expressions are rules of `naming = ...`",
                );
                sound = false;
            }
        }
    }
    sound.then_some(NamingWord::Affixes { kind, prefixes, suffixes })
}

/// A list of texts that are not empty.
fn texts(value: &Expr, expected: &str, mistakes: &mut Mistakes) -> Option<Vec<LitStr>> {
    let Expr::Array(list) = value else {
        let text = match literal(value) {
            Some(Lit::Str(text)) => format!("expected a list: `[{}]`", text.to_token_stream()),
            _ => format!("expected a list of {expected}"),
        };
        mistakes.at(value, text);
        return None;
    };
    let mut texts = Vec::new();
    for element in &list.elems {
        match literal(element) {
            Some(Lit::Str(text)) if !text.value().is_empty() => texts.push(text.clone()),
            _ => {
                mistakes.at(element, format!("expected {expected}, in quotes"));
                return None;
            }
        }
    }
    if texts.is_empty() {
        mistakes.at(list, "this list is empty; remove it");
        return None;
    }
    Some(texts)
}
