//! Whatever stands between the brackets: no panic, and the user's module is still there.

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
    let mut random = fastrand::Rng::with_seed(1);
    let mut tried = 0;
    for _ in 0..20_000 {
        let text: Vec<&str> =
            (0..random.usize(..12)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
        let text = text.join(" ");
        // rustc does not get further with brackets that do not match.
        let Ok(arguments) = text.parse::<TokenStream>() else { continue };
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
    }
    assert!(tried > 5_000, "{tried}");
}
