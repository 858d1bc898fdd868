//! `db(pg15 = ..., pg17 = ...)`: the same suite on several servers, a submodule each.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Lit};

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;

/// One server.
pub(crate) struct Server {
    /// The submodule's name.
    pub(crate) name: Ident,
    pub(crate) source: Expr,
    /// `true` if its tests are ignored unless they are requested.
    pub(crate) optional: bool,
}

const EXAMPLE: &str = "`db(pg15 = gauntlet::db::embedded().version(15), staging = \
                       optional(gauntlet::db::env(\"STAGING_URL\")))`";

/// Reads the servers between the parentheses.
pub(crate) fn read(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Vec<Server> {
    if words.is_empty() {
        mistakes.at_span(span, format!("`db()` lists no server; write {EXAMPLE}"));
        return Vec::new();
    }
    let mut servers: Vec<Server> = Vec::new();
    for Arg { key, value } in args::parse(words, mistakes) {
        let Value::Is(source) = value else {
            mistakes.at(&key, format!("`{key}` needs a server, as in {EXAMPLE}"));
            continue;
        };
        if servers.iter().any(|server| server.name == key) {
            mistakes.at(&key, format!("`{key}` is given twice"));
            continue;
        }
        // The name becomes that of a module.
        if syn::parse_str::<Ident>(&key.to_string()).is_err() {
            mistakes.at(&key, format!("`{key}` cannot be the name of a module"));
            continue;
        }
        let (source, optional) = optional(source, mistakes);
        match literal(&source) {
            None | Some(Lit::Str(_)) => servers.push(Server { name: key, source, optional }),
            Some(other) => mistakes.at(other, "expected a URL or an expression"),
        }
    }
    servers
}

/// The server inside `optional(...)`, and `true` if there is such a call.
fn optional(source: Expr, mistakes: &mut Mistakes) -> (Expr, bool) {
    let Expr::Call(call) = &source else { return (source, false) };
    if !matches!(&*call.func, Expr::Path(path) if path.path.is_ident("optional")) {
        return (source, false);
    }
    match call.args.first() {
        Some(inner) if call.args.len() == 1 => (inner.clone(), true),
        _ => {
            mistakes.at(call, "`optional` takes one server: `optional(gauntlet::db::auto())`");
            (source, true)
        }
    }
}
