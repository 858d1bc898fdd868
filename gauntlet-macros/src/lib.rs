//! The macros of `migration-gauntlet`. Use that crate; it exports them and what they call.

mod args;
mod mistakes;
mod model;
mod suite;
#[cfg(test)]
mod tests;
mod values;

use proc_macro::TokenStream;

/// Turns a module into a migration suite. The facade documents it.
#[proc_macro_attribute]
pub fn migration_suite(args: TokenStream, item: TokenStream) -> TokenStream {
    suite::migration_suite(args.into(), &item.into()).into()
}

/// Selects the generated tests of a migration suite. The facade documents it.
#[proc_macro_attribute]
pub fn gauntlet(args: TokenStream, item: TokenStream) -> TokenStream {
    suite::stray_gauntlet(&args.into(), item.into()).into()
}

/// Gives a test a migrated database. The facade documents it.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    suite::test(args.into(), &item.into()).into()
}

/// Derives what a struct or enum says of the schema. The facade documents it.
#[proc_macro_derive(Model, attributes(model, gauntlet_model, sqlx))]
pub fn model(item: TokenStream) -> TokenStream {
    model::derive(item.into(), quote::quote!(::gauntlet)).into()
}

/// The same, as the crate `gauntlet-model` exports it.
#[proc_macro_derive(EntityModel, attributes(model, gauntlet_model, sqlx))]
pub fn entity_model(item: TokenStream) -> TokenStream {
    model::derive(item.into(), quote::quote!(::gauntlet_model)).into()
}
