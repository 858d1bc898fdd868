//! `migrations = "folder"`, `migrations = ["core/migrations", "jobs/migrations"]`, `migrations = merged(["a", "b"])`.

use gauntlet_plan::Argument;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Expr, ExprCall, Lit};

use crate::mistakes::Mistakes;
use crate::values::literal;

/// The function that says that folders are one line.
const MERGED: &str = "merged";

/// Checks the folders that are written here. Any other expression is the compiler's.
pub(super) fn check(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    let list = match merged(&expr) {
        None => &expr,
        Some(call) => {
            let Some(list) = call.args.first().filter(|_| call.args.len() == 1) else {
                mistakes.at(call, "`merged` takes a list of folders: `merged([\"a\", \"b\"])`");
                return None;
            };
            list
        }
    };
    let Expr::Array(folders) = list else { return Some(expr) };
    if folders.elems.is_empty() {
        let example = Argument::Migrations.example();
        mistakes.at(folders, format!("this list names no folder; expected `{example}`"));
        return None;
    }
    let mut sound = true;
    let mut seen: Vec<String> = Vec::new();
    for folder in &folders.elems {
        match literal(folder) {
            None => {}
            Some(Lit::Str(text)) => {
                let name = text.value();
                if name.trim().is_empty() {
                    mistakes.at(text, "this folder is empty");
                    sound = false;
                } else if seen.contains(&name) {
                    mistakes.at(text, "this folder is listed twice");
                    sound = false;
                }
                seen.push(name);
            }
            Some(other) => {
                mistakes.at(other, "expected a folder in quotes, such as `\"core/migrations\"`");
                sound = false;
            }
        }
    }
    sound.then_some(expr)
}

/// The value, as an expression.
pub(crate) fn tokens(expr: &Expr, private: &TokenStream) -> TokenStream {
    match merged(expr) {
        Some(call) => {
            let args = &call.args;
            quote!(#private::merged(#args))
        }
        None => expr.to_token_stream(),
    }
}

/// The folders, where all of them are written here.
pub(crate) fn folders(expr: &Expr) -> Option<Vec<String>> {
    if let Some(Lit::Str(folder)) = literal(expr) {
        return Some(vec![folder.value()]);
    }
    let list = match merged(expr) {
        Some(call) => call.args.first()?,
        None => expr,
    };
    let Expr::Array(list) = list else { return None };
    let folder = |expr: &Expr| match literal(expr) {
        Some(Lit::Str(folder)) => Some(folder.value()),
        _ => None,
    };
    list.elems.iter().map(folder).collect()
}

fn merged(expr: &Expr) -> Option<&ExprCall> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    path.path.is_ident(MERGED).then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expr: &str, expected_folders: Option<&[&str]>, expected_tokens: &str) {
        let expr: Expr = syn::parse_str(expr).expect("the case is an expression");
        let folders = folders(&expr);
        let folders =
            folders.as_ref().map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(folders.as_deref(), expected_folders);
        let private = quote!(private);
        assert_eq!(tokens(&expr, &private).to_string().replace(' ', ""), expected_tokens);
    }

    #[test]
    fn folders_that_are_written_here() {
        check("\"a\"", Some(&["a"]), "\"a\"");
        check("[\"a\", \"b\"]", Some(&["a", "b"]), "[\"a\",\"b\"]");
        check("merged([\"a\", \"b\"])", Some(&["a", "b"]), "private::merged([\"a\",\"b\"])");
        check("[\"a\", B]", None, "[\"a\",B]");
        check("other::merged(A)", None, "other::merged(A)");
        check("&MIGRATOR", None, "&MIGRATOR");
    }
}
