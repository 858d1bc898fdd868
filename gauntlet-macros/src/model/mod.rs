//! `#[derive(gauntlet::Model)]`: the schema that a struct or enum describes, as data.
//!
//! `ast` reads the item, `attr` its attributes (sqlx's as sqlx reads them, ours with every mistake reported), `valid` holds
//! the rules across them, `expand` writes the description. Types are left to the compiler: a type that sqlx
//! cannot map is reported at the field's type.

mod ast;
mod attr;
mod bounds;
mod expand;
mod helper;
#[cfg(test)]
mod tests;
mod valid;

use proc_macro2::TokenStream;

use crate::mistakes::Mistakes;

/// The whole way from the item to the implementation; `exporter` is the crate that exports the derive and what it names.
pub(crate) fn derive(item: TokenStream, exporter: TokenStream) -> TokenStream {
    let item: syn::DeriveInput = match syn::parse2(item) {
        Ok(item) => helper::usual(item),
        Err(error) => return error.into_compile_error(),
    };
    let mut mistakes = Mistakes::default();
    let model = ast::Model::read(&item, &mut mistakes);
    if let Some(model) = &model {
        valid::check(model, &mut mistakes);
    }
    match model {
        Some(model) if mistakes.is_empty() => expand::model(&model, exporter),
        _ => mistakes.into_tokens(),
    }
}
