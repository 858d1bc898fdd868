//! The tokens of a valid suite.
//!
//! Two things are emitted: beside the module a hidden function that builds the suite once, so that
//! the user's expressions are resolved where the attribute stands; and in the module, after what
//! the user wrote, the tests, each a call of that function and of one method on what it returns.
//!
//! A call that should be blamed on an argument has that argument's span on its method and
//! parentheses: what `#[track_caller]` reports is the span of these, and for tokens of a macro
//! (also for those `located_at` an argument) it is the whole attribute.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, Signature};

use crate::customs::{Custom, Takes};
use crate::module::{Function, Module, Piece};
use crate::names::Check;
use crate::settings::{Given, Irreversible, Isolation, Settings, span_of};
use crate::suite::{Generated, Suite};

/// The function beside the module, the module.
pub(crate) fn suite(suite: &Suite) -> TokenStream {
    let Suite { settings, module, tests } = suite;
    let entry = format_ident!("__gauntlet_suite_of_{}", module.ident);
    let function = build(settings, module, &entry);
    let pieces = module.pieces.iter().map(|piece| match piece {
        Piece::AsWritten(tokens) => tokens.clone(),
        Piece::Custom(test) => custom(test, &entry),
    });
    let tests = tests.iter().map(|test| generated(test, settings, &entry));
    let module = wrap(module, quote!(#(#pieces)* #(#tests)*));
    quote!(#function #module)
}

/// The module's own attributes, visibility and name around a content.
pub(crate) fn wrap(module: &Module, content: TokenStream) -> TokenStream {
    let Module { attrs, head, ident, .. } = module;
    let mut body = Group::new(Delimiter::Brace, content);
    body.set_span(module.braces);
    quote!(#(#attrs)* #head #ident #body)
}

/// The function that builds the suite.
fn build(settings: &Settings, module: &Module, entry: &Ident) -> TokenStream {
    let krate = settings.krate.as_ref().map(|given| given.value.to_token_stream());
    let krate = krate.unwrap_or_else(|| quote!(::gauntlet));
    let private = quote!(#krate::__private);
    // What switches the module off switches this off; a lint that is allowed on the module is
    // allowed for the arguments too.
    let attrs = module.attrs.iter().filter(|attr| is_any(attr, &["cfg", "allow"]));
    let name = format!("::{}", module.ident.unraw());
    let calls = calls(settings, &private);
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        fn #entry() -> #private::Tests {
            static __GAUNTLET_SUITE: #private::Once = #private::Once::new();
            __GAUNTLET_SUITE.get(|| {
                #private::Suite::new(
                    ::core::concat!(::core::module_path!(), #name),
                    ::core::env!("CARGO_MANIFEST_DIR"),
                )
                #calls
            })
        }
    }
}

/// One call on the builder for each argument.
fn calls(settings: &Settings, private: &TokenStream) -> TokenStream {
    let mut calls = TokenStream::new();
    let mut call = |key: &Ident, method: &str, value: TokenStream| {
        let method = Ident::new(method, Span::call_site().located_at(key.span()));
        calls.extend(quote!(.#method(#value)));
    };
    let expressions = [
        ("db", &settings.db),
        ("migrations", &settings.migrations),
        ("model", &settings.model),
        ("setup", &settings.setup),
        ("strict", &settings.strict),
        ("ignore_tables", &settings.ignore_tables),
        ("ignore", &settings.ignore_with),
        ("naming", &settings.naming),
    ];
    for (method, given) in expressions {
        if let Some(Given { key, value }) = given {
            call(key, method, Expr::to_token_stream(value));
        }
    }
    if let Some(Given { key, value }) = &settings.isolation {
        let value = match value {
            Isolation::Database => quote!(#private::Isolation::Database),
            Isolation::Schema => quote!(#private::Isolation::Schema),
        };
        call(key, "isolation", value);
    }
    if let Some(Given { key, value }) = &settings.irreversible {
        let value = match value {
            Irreversible::All => quote!(#private::Irreversible::All),
            Irreversible::Versions(versions) => {
                let versions = versions.iter().copied().map(number);
                quote!(#private::irreversible([#(#versions),*]))
            }
        };
        call(key, "irreversible", value);
    }
    if let Some(Given { key, value }) = &settings.downgrade_floor {
        call(key, "downgrade_floor", number(*value).into_token_stream());
    }
    if let Some(Given { key, value }) = &settings.ignore_kinds {
        let kinds = value.iter().map(ToString::to_string);
        call(key, "ignore_kinds", quote!([#(#kinds),*]));
    }
    calls
}

/// A version. The user's own token would make `clippy::unreadable_literal` complain of a date.
fn number(version: i64) -> Literal {
    Literal::i64_unsuffixed(version)
}

/// A generated test.
fn generated(test: &Generated, settings: &Settings, entry: &Ident) -> TokenStream {
    let blamed = match test.check {
        Check::UpToDate | Check::CheckConstraints | Check::EnumValues => {
            span_of(settings.model.as_ref())
        }
        Check::Stairway | Check::SingleHead | Check::DowngradeAllTheWay => {
            span_of(settings.migrations.as_ref())
        }
        Check::Naming => span_of(settings.naming.as_ref()),
    };
    let span = blamed.unwrap_or_else(Span::call_site);
    let name = Ident::new(test.check.name(), Span::call_site().located_at(span));
    let ignored = test.ignored.iter().map(|reason| quote!(#[ignore = #reason]));
    let method = Ident::new(test.check.name(), span);
    let arguments = parens(TokenStream::new(), span);
    quote! {
        #(#ignored)*
        #[::core::prelude::v1::test]
        fn #name() {
            super::#entry().#method #arguments
        }
    }
}

/// A test of the user: its function, as written, inside of one that the harness can call.
fn custom(test: &Custom, entry: &Ident) -> TokenStream {
    let Custom { test: test_span, function: Function { attrs, vis, sig, body } } = test;
    let Signature { fn_token, ident, output, .. } = sig;
    let name = ident.unraw().to_string();
    let (method, span) = match test.takes() {
        Takes::Nothing => ("run", ident.span()),
        Takes::Owned(span) => ("run_with", span),
        Takes::Borrowed(span) => ("run_with_mut", span),
    };
    // Where the argument's type is not the right one, the compiler says so at the method, which
    // therefore stands at the type; a panic is told at the begin of both.
    let method = Ident::new(method, span);
    let arguments = quote!(#name, #ident, |outcome| outcome.is_failure());
    let arguments = parens(arguments, ident.span());
    let inner_attrs = inner_attrs();
    let test_attr = quote_spanned! {Span::call_site().located_at(*test_span)=>
        #[::core::prelude::v1::test]
    };
    quote! {
        #(#attrs)*
        #test_attr
        #vis #fn_token #ident() #output {
            #inner_attrs
            #sig #body
            super::#entry().#method #arguments
        }
    }
}

/// What is allowed to the user's function because of its new place and shape: it has to be async
/// even if it awaits nothing.
pub(crate) fn inner_attrs() -> TokenStream {
    quote!(#[allow(clippy::unused_async, clippy::missing_docs_in_private_items)])
}

fn parens(tokens: TokenStream, span: Span) -> TokenTree {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    TokenTree::Group(group)
}

/// Whether an attribute has one of these names.
pub(crate) fn is_any(attr: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| attr.path().is_ident(name))
}
