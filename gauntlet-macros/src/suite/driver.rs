//! The way from an invocation to the tokens that replace it.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::ast::Suite;
use super::attr::{Selection, Settings};
use super::module::{Module, Shell, is};
use super::settings_file::SettingsFile;
use super::{expand, fallback, valid};
use crate::args;
use crate::mistakes::Mistakes;

/// The whole way from the attribute to the tokens that take the module's place.
pub(crate) fn migration_suite(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let file = SettingsFile::of_crate(&mut mistakes);
    let given = args::parse(args, &mut mistakes);
    let given = file.complete(given, |_| true, &mut mistakes);
    let settings = Settings::read(given, &mut mistakes);
    let module = match Module::read(item.clone(), &mut mistakes) {
        Ok(module) => module,
        Err(error) => {
            mistakes.push(error);
            return fallback::without_module(mistakes, item);
        }
    };
    let mut selection = Selection::read(&module.gauntlet, &mut mistakes);
    if settings.suite.is_none() {
        file.choose(&mut selection);
    }
    let plan = valid::plan(&settings, &selection, &module, &mut mistakes);
    valid::names(&settings, &module, plan.as_ref(), &mut mistakes);
    match plan {
        Some(plan) if mistakes.is_empty() => {
            let at_versions = selection.at_versions;
            let tracked = file.tracked();
            let suite = expand::suite(&Suite { settings, module, at_versions, plan });
            quote!(#tracked #suite)
        }
        _ => fallback::with_module(mistakes, &module),
    }
}

/// Expands a `#[gauntlet(...)]` that the compiler reaches before `#[migration_suite]` or without it: moves it below
/// `#[migration_suite]` in the first case, reports it in the second.
pub(crate) fn stray_gauntlet(args: &TokenStream, item: TokenStream) -> TokenStream {
    let Ok(Shell { attrs, vis, rest }) = syn::parse2::<Shell>(item.clone()) else {
        return item;
    };
    if attrs.iter().any(|attr| is(attr, "migration_suite")) {
        return quote!(#(#attrs)* #[gauntlet(#args)] #vis #rest);
    }
    let mut mistakes = Mistakes::default();
    mistakes.at_span(
        Span::call_site(),
        "`#[gauntlet(...)]` configures a migration suite; put it on a module that has \
         `#[gauntlet::migration_suite]`",
    );
    let error = mistakes.into_tokens();
    quote!(#error #item)
}
