//! `seeds = "seeds"` and `seeds(folder = "seeds", required = 20240105)`: a folder of seeds, one file a version.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Lit};

use crate::args::{self, Arg, Known, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, literal, version};

const EXAMPLE: &str = "`seeds(folder = \"seeds\", required = 20240105)`";

/// A folder of seeds.
pub(crate) struct SeedsGiven {
    folder: Expr,
    required: Required,
}

/// The versions that have to have a file.
enum Required {
    None,
    All,
    From(Version),
}

impl SeedsGiven {
    /// A folder that need not have a file for each version.
    pub(crate) fn optional(folder: Expr) -> SeedsGiven {
        SeedsGiven { folder, required: Required::None }
    }

    /// The folder as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        let folder = &self.folder;
        match &self.required {
            Required::None => quote!(#folder),
            Required::All => quote!(#private::SeedFolder::new(#folder).required()),
            Required::From(version) => quote! {
                #private::SeedFolder::new(#folder).required_from(#private::version(#version))
            },
        }
    }
}

/// Reads the words between the parentheses.
pub(crate) fn read(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Option<SeedsGiven> {
    let (mut folder, mut required) = (None, Required::None);
    let Known { args, mut sound } =
        args::known(words, "argument", &["folder", "required"], mistakes);
    for Arg { key, value } in args {
        let name = key.to_string();
        let Value::Is(value) = value else {
            mistakes.at(&key, format!("`{key}` needs a value: {EXAMPLE}"));
            sound = false;
            continue;
        };
        match (name.as_str(), literal(&value)) {
            ("folder", Some(Lit::Str(text))) if !text.value().trim().is_empty() => {
                folder = Some(value);
            }
            ("folder", None) => folder = Some(value),
            ("folder", Some(other)) => {
                mistakes.at(other, "expected a folder, such as `\"seeds\"`");
                sound = false;
            }
            ("required", None) if matches!(&value, Expr::Path(path) if path.path.is_ident("all")) =>
            {
                required = Required::All;
            }
            (_, Some(_)) => match version(&value, mistakes) {
                Some(version) => required = Required::From(version),
                None => sound = false,
            },
            (_, None) => {
                mistakes.at(&value, "expected the first version that has to have a seed, or `all`");
                sound = false;
            }
        }
    }
    if folder.is_none() && sound {
        mistakes.at_span(span, format!("`seeds` has no folder; write {EXAMPLE}"));
    }
    let folder = folder?;
    sound.then_some(SeedsGiven { folder, required })
}
