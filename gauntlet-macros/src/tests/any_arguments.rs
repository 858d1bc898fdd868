//! Whatever stands between the brackets: no panic, and the user's module is still there.

use any_input::{rounds, some};
use proc_macro2::TokenStream;
use quote::quote;

use crate::suite::migration_suite;

/// Pieces that arguments are made of, and some that none is.
const PIECES: [&str; 52] = [
    "model",
    "shipped",
    "migrations",
    "seeds",
    "db",
    "skip",
    "isolation",
    "as_role",
    "timeout",
    "crate",
    "setup",
    "partitions",
    "ignore",
    "strict",
    "budget",
    "queries",
    "locks",
    "naming",
    "baseline",
    "engine",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"schema.sql\"",
    "\"\"",
    "\"10m\"",
    "\"ä\\0\"",
    "b\"x\"",
    "'c'",
    "1",
    "-1",
    "1.5",
    "18446744073709551616",
    "true",
    "git",
    "lock",
    "::",
    ".",
    "|",
    "&",
    "#",
    "r#type",
    "'a",
];

#[test]
fn any_arguments_expand_to_code_with_the_module() {
    let mut tried = 0;
    rounds(5_000, |random| {
        let text = some(random, 11, &PIECES).join(" ");
        // rustc does not get further with brackets that do not match.
        let Ok(arguments) = text.parse::<TokenStream>() else { return };
        tried += 1;
        let code = migration_suite(
            arguments,
            &quote!(
                mod migrations {
                    fn mine() {}
                }
            ),
        );
        assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "{text}\n{code}");
        assert!(code.to_string().contains("fn mine"), "{text}\n{code}");
    });
    assert!(tried > 1_250 || std::env::var_os("GAUNTLET_FUZZ_SEED").is_some(), "{tried}");
}
