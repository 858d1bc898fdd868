//! The tokens of a valid suite.
//!
//! Two things are emitted: next to the module a hidden function that builds the suite once, so that
//! the user's expressions are resolved where the attribute stands; and in the module, after what
//! the user wrote, the tests, each a call of that function and of one method on what it returns.
//!
//! A call whose failure points at an argument has that argument's span on its method and
//! parentheses: what `#[track_caller]` reports is the span of these, and for tokens of a macro
//! (also for those `located_at` an argument) it is the whole attribute.

use gauntlet_plan::{Argument, Planned, Reason};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ReturnType, Signature};

use super::ast::Suite;
use super::attr::{Given, Irreversible, Isolation, Server, Settings, migrations, span_of};
use super::custom::{Custom, Takes};
use super::function::Function;
use super::module::{Module, Piece};

/// The functions next to the module, and the module.
pub(crate) fn suite(suite: &Suite) -> TokenStream {
    let Suite { settings, module, .. } = suite;
    if settings.servers.is_empty() {
        let entry = format_ident!("__gauntlet_suite_of_{}", module.ident);
        let function = build(suite, None, &entry);
        let path = quote!(super::#entry);
        let pieces = module.pieces.iter().map(|piece| match piece {
            Piece::AsWritten(tokens) => tokens.clone(),
            Piece::Custom(test) => custom(test, &path),
        });
        let tests = suite.plan.checks.iter().map(|test| generated(test, None, settings, &path));
        let module = wrap(module, quote!(#(#pieces)* #(#tests)*));
        return quote!(#function #module);
    }
    let functions =
        settings.servers.iter().map(|server| build(suite, Some(server), &entry_of(module, server)));
    let pieces = module.pieces.iter().map(|piece| match piece {
        Piece::AsWritten(tokens) => tokens.clone(),
        Piece::Custom(test) => settings
            .servers
            .iter()
            .map(|server| custom_body(test, server, &entry_of(module, server)))
            .collect(),
    });
    let servers = settings.servers.iter().map(|server| on_server(suite, server));
    let module = wrap(module, quote!(#(#pieces)* #(#servers)*));
    quote!(#(#functions)* #module)
}

fn entry_of(module: &Module, server: &Server) -> Ident {
    format_ident!("__gauntlet_suite_of_{}_on_{}", module.ident, server.name)
}

/// The submodule of one server.
fn on_server(suite: &Suite, server: &Server) -> TokenStream {
    let Suite { settings, module, plan, .. } = suite;
    let entry = entry_of(module, server);
    let path = quote!(super::super::#entry);
    let wanted = !server.optional || wanted(&server.name.unraw().to_string());
    let ignored = (!wanted).then(|| {
        format!(
            "optional server; build with GAUNTLET_OPTIONAL={} to run its tests",
            server.name.unraw()
        )
    });
    let generated =
        plan.checks.iter().map(|test| generated(test, ignored.as_deref(), settings, &path));
    let customs = module.pieces.iter().filter_map(|piece| match piece {
        Piece::AsWritten(_) => None,
        Piece::Custom(test) => Some(custom_on_server(test, server, ignored.as_deref())),
    });
    // The next build must notice that the variable has changed.
    let tracked = server.optional.then(|| {
        quote!(
            const _: ::core::option::Option<&str> = ::core::option_env!("GAUNTLET_OPTIONAL");
        )
    });
    let name = &server.name;
    quote!(mod #name { #tracked #(#generated)* #(#customs)* })
}

/// `true` if an optional server is requested: `GAUNTLET_OPTIONAL` contains its name, or `all`.
fn wanted(name: &str) -> bool {
    let Ok(names) = std::env::var("GAUNTLET_OPTIONAL") else { return false };
    names.split([',', ' ']).any(|wanted| wanted == name || wanted == "all")
}

fn body_of(test: &Custom, server: &Server) -> Ident {
    format_ident!("__gauntlet_{}_on_{}", test.function.sig.ident.unraw(), server.name)
}

/// A test of the user for one server, in the user's module, where all names mean what they do.
fn custom_body(test: &Custom, server: &Server, entry: &Ident) -> TokenStream {
    let Custom { function: Function { attrs, sig, .. }, .. } = test;
    let attrs = attrs.iter().filter(|attr| is_any(attr, &["cfg", "allow", "expect"]));
    let Signature { fn_token, output, .. } = sig;
    let name = body_of(test, server);
    let body = call_of(test, &quote!(super::#entry));
    quote!(#(#attrs)* #fn_token #name() #output { #body })
}

/// The function that the harness calls for it.
fn custom_on_server(test: &Custom, server: &Server, ignored: Option<&str>) -> TokenStream {
    let Custom { test: test_span, function: Function { attrs, vis, sig, .. } } = test;
    let Signature { fn_token, ident, output, .. } = sig;
    let attrs = attrs.iter().filter(|attr| !is_any(attr, &["allow", "expect"]));
    let ignored = ignored
        .filter(|_| !test.function.attrs.iter().any(|attr| is_any(attr, &["ignore"])))
        .map(|reason| quote!(#[ignore = #reason]));
    let test_attr = quote_spanned! {Span::call_site().located_at(*test_span)=>
        #[::core::prelude::v1::test]
    };
    // The type is named in the user's module only; a test that should panic has none.
    let output = match output {
        ReturnType::Default => quote!(),
        ReturnType::Type(..) => quote!(-> impl ::std::process::Termination),
    };
    let body = body_of(test, server);
    quote!(#(#attrs)* #ignored #test_attr #vis #fn_token #ident() #output { super::#body() })
}

/// The module's own attributes, visibility and name around a content.
pub(crate) fn wrap(module: &Module, content: TokenStream) -> TokenStream {
    let Module { attrs, head, ident, .. } = module;
    let mut body = Group::new(Delimiter::Brace, content);
    body.set_span(module.braces);
    quote!(#(#attrs)* #head #ident #body)
}

/// The function that builds the suite, on one of several servers.
fn build(suite: &Suite, server: Option<&Server>, entry: &Ident) -> TokenStream {
    let Suite { settings, module, at_versions, .. } = suite;
    let krate = settings.krate.as_ref().map(|given| given.value.to_token_stream());
    let krate = krate.unwrap_or_else(|| quote!(::gauntlet));
    let private = quote!(#krate::__private);
    // A `cfg` on the module applies to the function too, and so does a lint that is allowed on the
    // module: the arguments are part of the function.
    let attrs = module.attrs.iter().filter(|attr| is_any(attr, &["cfg", "allow"]));
    let on = server.map(|server| format!("::{}", server.name.unraw())).unwrap_or_default();
    let name = format!("::{}{on}", module.ident.unraw());
    let name = quote!(::core::concat!(::core::module_path!(), #name));
    let new = match &settings.suite {
        None => {
            // What the plan was made from; a test finds out when it no longer holds.
            let without_downs =
                suite.plan.checks.iter().any(|planned| planned.ignored == Some(Reason::NoDowns));
            let without_downs = without_downs.then(|| quote!(.built_without_downs()));
            quote! {
                #private::Suite::new(#name, ::core::env!("CARGO_MANIFEST_DIR"),) #without_downs
            }
        }
        Some(Given { key, value }) => {
            let from = Ident::new("suite", Span::call_site().located_at(key.span()));
            quote!(#private::#from(#value, #name))
        }
    };
    let mut calls = calls(settings, &private);
    if let Some(Server { name, source, .. }) = server {
        let method = Ident::new("db", Span::call_site().located_at(name.span()));
        calls.extend(quote!(.#method(#source)));
    }
    for at in at_versions {
        let method = Ident::new(at.method, Span::call_site().located_at(at.key.span()));
        let arguments = at.arguments(&private);
        calls.extend(quote!(.#method(#arguments)));
    }
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        fn #entry() -> #private::Tests {
            static __GAUNTLET_SUITE: #private::Once = #private::Once::new();
            __GAUNTLET_SUITE.get(|| {
                #new
                #calls
            })
        }
    }
}

/// One call on the builder for each argument.
pub(crate) fn calls(settings: &Settings, private: &TokenStream) -> TokenStream {
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
        ("partitions", &settings.partitions),
        ("ignore_tables", &settings.ignore_tables),
        ("ignore", &settings.ignore_with),
        ("naming", &settings.naming),
        ("budget", &settings.budget),
        ("timeout", &settings.timeout),
        ("as_role", &settings.as_role),
        ("compat", &settings.compat),
    ];
    for (method, given) in expressions {
        if let Some(Given { key, value }) = given {
            let value = match method {
                "migrations" => migrations::tokens(value, private),
                _ => Expr::to_token_stream(value),
            };
            call(key, method, value);
        }
    }
    if let Some(Given { key, value }) = &settings.seeds {
        call(key, "seeds", value.tokens(private));
    }
    if let Some(Given { key, value }) = &settings.naming_words {
        let words = value.iter().map(|word| word.call(private));
        call(key, "naming_with", quote!(|rules| rules #(#words)*));
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
                quote!(#private::irreversible([#(#private::version(#versions)),*]))
            }
        };
        call(key, "irreversible", value);
    }
    if let Some(Given { key, value }) = &settings.downgrade_floor {
        call(key, "downgrade_floor", quote!(#value));
    }
    if let Some(Given { key, value }) = &settings.baseline {
        call(key, "baseline", value.tokens(private));
    }
    if let Some(Given { key, value }) = &settings.shipped {
        call(key, "shipped", value.tokens(private));
    }
    if let Some(Given { key, value }) = &settings.locks {
        call(key, "locks", value.tokens(private));
    }
    if let Some(Given { key, value }) = &settings.populated {
        let new = quote!(#private::PopulatedRules::new());
        call(key, "populated", value.tokens(private, &new));
    }
    if let Some(Given { key, value }) = &settings.interrupted {
        let new = quote!(#private::InterruptedRules::new());
        call(key, "interrupted", value.tokens(private, &new));
    }
    if let Some(Given { key, value }) = &settings.queries {
        call(key, "queries", value.tokens(private));
    }
    if let Some(Given { key, value }) = &settings.ignore_kinds {
        call(key, "ignore_kinds", quote!([#(#value),*]));
    }
    calls
}

/// A generated test. `otherwise` is why it is ignored where the plan runs it.
fn generated(
    test: &Planned,
    otherwise: Option<&str>,
    settings: &Settings,
    entry: &TokenStream,
) -> TokenStream {
    let reason = test.ignored.as_ref().map(ToString::to_string);
    let ignored = reason.as_deref().or(otherwise).map(|reason| quote!(#[ignore = #reason]));
    let name = test.check.name();
    let blamed =
        match test.check.about() {
            Argument::Model => span_of(settings.model.as_ref()),
            Argument::Naming => span_of(settings.naming.as_ref())
                .or_else(|| span_of(settings.naming_words.as_ref())),
            Argument::Shipped => span_of(settings.shipped.as_ref()),
            Argument::Locks => {
                span_of(settings.locks.as_ref()).or_else(|| span_of(settings.shipped.as_ref()))
            }
            Argument::Populated => {
                span_of(settings.populated.as_ref()).or_else(|| span_of(settings.shipped.as_ref()))
            }
            Argument::Interrupted => span_of(settings.interrupted.as_ref())
                .or_else(|| span_of(settings.shipped.as_ref())),
            Argument::Compat => {
                span_of(settings.compat.as_ref()).or_else(|| span_of(settings.shipped.as_ref()))
            }
            Argument::Queries => {
                span_of(settings.queries.as_ref()).or_else(|| span_of(settings.migrations.as_ref()))
            }
            _ => span_of(settings.migrations.as_ref()),
        };
    let span = blamed.unwrap_or_else(Span::call_site);
    let test = Ident::new(name, Span::call_site().located_at(span));
    let method = Ident::new("check", span);
    let arguments = parens(Literal::string(name).into_token_stream(), span);
    quote! {
        #ignored
        #[::core::prelude::v1::test]
        fn #test() {
            #entry().#method #arguments
        }
    }
}

/// A test of the user: its function, as written, inside of one that the harness can call.
fn custom(test: &Custom, entry: &TokenStream) -> TokenStream {
    let Custom { test: test_span, function: Function { attrs, vis, sig, .. } } = test;
    let Signature { fn_token, ident, output, .. } = sig;
    let body = call_of(test, entry);
    let test_attr = quote_spanned! {Span::call_site().located_at(*test_span)=>
        #[::core::prelude::v1::test]
    };
    quote! {
        #(#attrs)*
        #test_attr
        #vis #fn_token #ident() #output { #body }
    }
}

/// The user's function and the call that runs it.
fn call_of(test: &Custom, entry: &TokenStream) -> TokenStream {
    let Custom { function: Function { sig, body, .. }, .. } = test;
    let ident = &sig.ident;
    let name = ident.unraw().to_string();
    let (method, span) = match test.takes() {
        Takes::Nothing => ("run", ident.span()),
        Takes::Owned(span) => ("run_with", span),
        Takes::Borrowed(span) => ("run_with_mut", span),
    };
    // The compiler reports a wrong argument type at the method, which therefore has the span of the type. A panic is
    // reported at the start of both.
    let method = Ident::new(method, span);
    let arguments = quote!(#name, #ident, |outcome| outcome.is_failure());
    let arguments = parens(arguments, ident.span());
    let inner_attrs = inner_attrs();
    quote! {
        #inner_attrs
        #sig #body
        #entry().#method #arguments
    }
}

/// The lints that the user's function may violate because of its new place and shape: it has to be async
/// even if it awaits nothing.
pub(crate) fn inner_attrs() -> TokenStream {
    quote!(#[allow(clippy::unused_async, clippy::missing_docs_in_private_items)])
}

pub(crate) fn parens(tokens: TokenStream, span: Span) -> TokenTree {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    TokenTree::Group(group)
}

/// `true` if an attribute has one of these names.
pub(crate) fn is_any(attr: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| attr.path().is_ident(name))
}
