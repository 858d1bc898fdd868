//! `#[gauntlet::test]`: a test anywhere that gets a migrated database.

use gauntlet_plan::unknown;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, LitStr, Signature, Type};

use super::attr::Settings;
use super::expand::{calls, inner_attrs, parens};
use super::function::Function;
use super::settings_file::SettingsFile;
use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::version_by_name;

/// The arguments of a suite that a test takes too.
const OF_SUITES: [&str; 9] =
    ["migrations", "db", "setup", "isolation", "baseline", "timeout", "as_role", "suite", "crate"];

/// Its own.
const OWN: [&str; 2] = ["at", "fixtures"];

/// The whole way from the attribute to the tokens that take the function's place.
pub(crate) fn test(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let (mut at, mut fixtures, mut rest) = (None, Vec::new(), Vec::new());
    for Arg { key, value } in args::parse(args, &mut mistakes) {
        let name = key.to_string();
        match (name.as_str(), value) {
            ("at", Value::Is(version)) => at = version_by_name(&version, &mut mistakes),
            ("at", _) => mistakes.at(&key, "`at` is a version: `at = 20240105`"),
            ("fixtures", Value::List(span, words)) => fixtures = files(span, words, &mut mistakes),
            ("fixtures", _) => {
                mistakes.at(&key, "`fixtures` is a list of files: `fixtures(\"tests/users.sql\")`");
            }
            ("db", Value::List(..)) => {
                mistakes.at(&key, "a test runs on one server: `db = gauntlet::db::embedded()`");
            }
            (known, value) if OF_SUITES.contains(&known) => rest.push(Arg { key, value }),
            (other, _) => {
                let valid: Vec<&str> = OWN.iter().chain(&OF_SUITES).copied().collect();
                mistakes.at(&key, unknown("argument", other, &valid));
            }
        }
    }
    let file = SettingsFile::of_crate(&mut mistakes);
    let rest = file.complete(rest, |name| OF_SUITES.contains(&name), &mut mistakes);
    let settings = Settings::read(rest, &mut mistakes);
    let Ok(function) = syn::parse2::<Function>(item.clone()) else {
        mistakes.at(item, "`#[gauntlet::test]` belongs on a function");
        let errors = mistakes.into_tokens();
        return quote!(#errors #item);
    };
    validate(&function.sig, &mut mistakes);
    validate_attributes(&function, &mut mistakes);
    if !mistakes.is_empty() {
        let errors = mistakes.into_tokens();
        let Function { attrs, vis, sig, body } = &function;
        let attrs = attrs.iter().filter(|attribute| !makes_a_test(attribute));
        return quote!(#errors #(#attrs)* #[allow(dead_code)] #vis #sig #body);
    }
    let tracked = file.tracked();
    let test = expand(&settings, at.as_ref(), &fixtures, &function);
    quote!(#tracked #test)
}

/// The files between the parentheses.
fn files(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Vec<LitStr> {
    use syn::parse::Parser as _;
    use syn::punctuated::Punctuated;
    let list = Punctuated::<LitStr, syn::Token![,]>::parse_terminated;
    match list.parse2(words) {
        Ok(files) if !files.is_empty() => files.into_iter().collect(),
        _ => {
            let text = "`fixtures` takes SQL files, relative to the crate: `fixtures(\"tests/users.sql\")`";
            mistakes.at_span(span, text);
            Vec::new()
        }
    }
}

fn validate(sig: &Signature, mistakes: &mut Mistakes) {
    let wanted = if sig.asyncness.is_some() {
        "an async test takes `db: gauntlet::TestDb`, `pool: sqlx::PgPool` or `conn: sqlx::PgConnection`"
    } else {
        "a test that is not async takes the URL of its database, `url: String`; an async one takes `db: gauntlet::TestDb`"
    };
    if !sig.generics.params.is_empty() {
        mistakes.at(&sig.generics, "a test cannot be generic");
    }
    match sig.inputs.len() {
        1 => validate_type(sig, mistakes),
        0 => mistakes.at(&sig.ident, wanted),
        _ => mistakes.at(&sig.inputs, format!("a test takes one argument: {wanted}")),
    }
    if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
        mistakes.at(receiver, wanted);
    }
}

/// The types that belong to the other kind of function, as far as their names say so.
fn validate_type(sig: &Signature, mistakes: &mut Mistakes) {
    let Some(FnArg::Typed(argument)) = sig.inputs.first() else { return };
    let name = match &*argument.ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(_) => return,
        _ => None,
    };
    let text = match (sig.asyncness.is_some(), name.as_deref()) {
        (false, Some(known @ ("TestDb" | "PgPool" | "PgConnection"))) => {
            format!("`{known}` belongs to an async test: make it `async fn`, or take `url: String`")
        }
        (true, Some("String")) => {
            "the URL is what a test that is not async gets: make it a plain `fn`, or take `db: gauntlet::TestDb`, whose \
             `url()` returns it"
                .to_owned()
        }
        _ => return,
    };
    mistakes.at(&argument.ty, text);
}

/// Whether it is an attribute of a runtime, such as `#[tokio::test]`.
fn makes_a_test(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    segments.len() > 1 && segments.last().is_some_and(|last| last.ident == "test")
}

fn validate_attributes(function: &Function, mistakes: &mut Mistakes) {
    for attribute in function.attrs.iter().filter(|attribute| makes_a_test(attribute)) {
        let text = "this attribute makes a test by itself: remove it, or keep it alone and begin with \
                    `let db = gauntlet::TestDb::at_head().await?;`";
        mistakes.at(attribute, text);
    }
}

fn expand(
    settings: &Settings,
    at: Option<&TokenStream>,
    fixtures: &[LitStr],
    function: &Function,
) -> TokenStream {
    let Function { attrs, vis, sig, body } = function;
    let Signature { fn_token, ident, output, inputs, asyncness, .. } = sig;
    let krate = settings.krate.as_ref().map(|given| given.value.to_token_stream());
    let krate = krate.unwrap_or_else(|| quote!(::gauntlet));
    let private = quote!(#krate::__private);
    let name = ident.unraw().to_string();
    let path = quote!(::core::module_path!());
    let new = match &settings.suite {
        None => quote!(#private::Suite::new(#path, ::core::env!("CARGO_MANIFEST_DIR"),)),
        Some(given) => {
            let value = &given.value;
            quote!(#private::suite(#value, #path))
        }
    };
    let calls = calls(settings, &private);
    let suite = quote!(#new #calls);
    // In one module, what is written the same is the same suite.
    let key = suite.to_string();
    let key = quote!(::core::concat!(::core::module_path!(), ": ", #key));
    let at = at.map(|version| quote!(.at(#version)));
    let span = inputs.first().map_or_else(Span::call_site, |argument| match argument {
        FnArg::Typed(typed) => typed.ty.span(),
        FnArg::Receiver(receiver) => receiver.span(),
    });
    // The compiler reports a wrong argument type at the method, which therefore has the span of the type.
    let method = if asyncness.is_some() { "migrated" } else { "migrated_blocking" };
    let method = Ident::new(method, span);
    let start = quote!(&#private::Migrated::new() #at #(.fixture(#fixtures))*);
    let arguments = quote!(#name, #start, #ident, |outcome| outcome.is_failure());
    let arguments = parens(arguments, ident.span());
    let inner_attrs = inner_attrs();
    let test_attr = quote_spanned! {Span::call_site()=> #[::core::prelude::v1::test] };
    quote! {
        #(#attrs)*
        #test_attr
        #vis #fn_token #ident() #output {
            #inner_attrs
            #sig #body
            #private::of_tests(#key, || { #suite }).#method #arguments
        }
    }
}
