//! An expansion as a text.

use expect_test::Expect;
use proc_macro2::TokenStream;

use crate::suite::migration_suite;

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
pub(super) fn check(args: TokenStream, item: TokenStream, expected: Expect) {
    expected.assert_eq(&pretty(migration_suite(args, &item)));
}

#[track_caller]
pub(super) fn pretty(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    let file = syn::parse2(tokens).unwrap_or_else(|error| panic!("{error} in {text}"));
    prettyplease::unparse(&file)
}

/// The messages of all mistakes, and nothing else of the expansion.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
pub(super) fn check_mistakes(args: &str, item: &str, expected: Expect) {
    let parse = |text: &str| text.parse().expect("the case is made of tokens");
    let text = pretty(migration_suite(parse(args), &parse(item)));
    let file = syn::parse_str(&text).expect("it has been printed from a file");
    expected.assert_eq(&messages(file));
}

/// What the `compile_error!` in an expansion say, a line each.
#[track_caller]
pub(crate) fn messages(file: syn::File) -> String {
    let mut messages = String::new();
    for item in file.items {
        let syn::Item::Macro(item) = item else { continue };
        let message: syn::LitStr = item.mac.parse_body().expect("compile_error takes a text");
        messages += &message.value();
        messages.push('\n');
    }
    messages
}
