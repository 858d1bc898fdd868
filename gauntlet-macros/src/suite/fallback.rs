//! The tokens after an error: the errors, and everything that the user wrote, so that the compiler does not report
//! correct code as well.

use gauntlet_plan::Check;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, FnArg, Signature};

use super::custom::Custom;
use super::expand::{inner_attrs, is_any, wrap};
use super::function::Function;
use super::module::{Module, Piece};
use crate::mistakes::Mistakes;

/// The errors and the item as it stands.
pub(crate) fn without_module(mistakes: Mistakes, item: &TokenStream) -> TokenStream {
    let errors = mistakes.into_tokens();
    quote!(#errors #item)
}

/// The errors and the module with its own items, and with empty tests under the generated names.
pub(crate) fn with_module(mistakes: Mistakes, module: &Module) -> TokenStream {
    let errors = mistakes.into_tokens();
    let pieces = module.pieces.iter().map(|piece| match piece {
        Piece::AsWritten(tokens) => tokens.clone(),
        Piece::Custom(test) => custom(test),
    });
    let own = module.own_names();
    let free = Check::ALL
        .iter()
        .map(|check| check.name())
        .filter(|name| own.iter().all(|own| own != name));
    let tests = free.map(|name| {
        let name = Ident::new(name, Span::call_site());
        quote!(#[::core::prelude::v1::test] fn #name() {})
    });
    let module = wrap(module, quote!(#(#pieces)* #(#tests)*));
    quote!(#errors #module)
}

/// A test of the user, compiled but not called.
fn custom(test: &Custom) -> TokenStream {
    let Function { attrs, vis, sig, body } = &test.function;
    let Signature { fn_token, ident, inputs, .. } = sig;
    if inputs.iter().any(|argument| matches!(argument, FnArg::Receiver(_))) {
        return quote!(#[::core::prelude::v1::test] #vis #fn_token #ident() {});
    }
    if !test.is_valid() {
        let of_tests = ["ignore", "should_panic"];
        let attrs = attrs.iter().filter(|attr: &&Attribute| !is_any(attr, &of_tests));
        return quote!(#(#attrs)* #[allow(dead_code)] #vis #sig #body);
    }
    let inner_attrs = inner_attrs();
    quote! {
        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis #fn_token #ident() {
            #inner_attrs
            #sig #body
            let _ = #ident;
        }
    }
}
