//! `baseline = "baseline/20240105_schema.sql"` and `baseline(file = "schema_2024.sql", at = 20240105)`: the schema that the
//! first versions make, in one file.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Lit};

use crate::args::{self, Arg, Known, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, literal, version};

const EXAMPLE: &str = "`baseline(file = \"schema_2024.sql\", at = 20240105)`";

/// A baseline.
pub(crate) struct BaselineGiven {
    file: Expr,
    at: Option<Version>,
}

impl BaselineGiven {
    /// A file whose name begins with the version. One that does not is an error here, where it is known.
    pub(crate) fn named(file: Expr, mistakes: &mut Mistakes) -> Option<BaselineGiven> {
        if let Some(Lit::Str(text)) = literal(&file) {
            let path = text.value();
            let name = path.rsplit('/').next().unwrap_or_default();
            if !name.starts_with(|first: char| first.is_ascii_digit()) {
                mistakes.at(
                    text,
                    format!("the name of `{path}` does not begin with a version; say up to which one it goes: `baseline(file = \"{path}\", at = 20240105)`"),
                );
                return None;
            }
        }
        Some(BaselineGiven { file, at: None })
    }

    /// The baseline as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        let file = &self.file;
        match &self.at {
            None => quote!(#private::Baseline::new(#file)),
            Some(version) => {
                quote!(#private::Baseline::new(#file).at(#private::version(#version)))
            }
        }
    }
}

/// Reads the words between the parentheses.
pub(crate) fn read(
    span: Span,
    words: TokenStream,
    mistakes: &mut Mistakes,
) -> Option<BaselineGiven> {
    let (mut file, mut at) = (None, None);
    let Known { args, mut sound } = args::known(words, "argument", &["file", "at"], mistakes);
    for Arg { key, value } in args {
        let name = key.to_string();
        let Value::Is(value) = value else {
            mistakes.at(&key, format!("`{key}` needs a value: {EXAMPLE}"));
            sound = false;
            continue;
        };
        match (name.as_str(), literal(&value)) {
            ("file", Some(Lit::Str(text))) if !text.value().trim().is_empty() => file = Some(value),
            ("file", None) => file = Some(value),
            ("file", Some(other)) => {
                mistakes.at(other, "expected a SQL file, such as `\"schema_2024.sql\"`");
                sound = false;
            }
            _ => match version(&value, mistakes) {
                Some(version) => at = Some(version),
                None => sound = false,
            },
        }
    }
    let missing = match (&file, &at) {
        (Some(_), Some(_)) => None,
        (None, _) => Some("no file"),
        (_, None) => Some("no last version"),
    };
    if let (Some(missing), true) = (missing, sound) {
        mistakes.at_span(span, format!("`baseline` has {missing}; write {EXAMPLE}"));
    }
    let file = file?;
    (sound && at.is_some()).then_some(BaselineGiven { file, at })
}
