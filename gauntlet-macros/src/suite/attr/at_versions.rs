//! `#[gauntlet(seed(...))]` and `#[gauntlet(budget(...))]` on the module: what happens at individual versions.

use gauntlet_plan::unknown;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Expr, Lit};

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::{duration, literal, version_by_name};

/// A call on the suite's builder.
pub(crate) struct AtVersion {
    /// The name of the argument, for its span.
    pub(crate) key: Ident,
    pub(crate) method: &'static str,
    /// The version, as an expression.
    version: TokenStream,
    value: What,
}

enum What {
    Seed { how: String, value: Expr },
    Budget(Expr),
}

impl AtVersion {
    /// The arguments of the call.
    pub(crate) fn arguments(&self, private: &TokenStream) -> TokenStream {
        let version = &self.version;
        match &self.value {
            What::Budget(value) => quote!(#version, #value),
            What::Seed { how, value } => {
                let how = Ident::new(how, Span::call_site());
                quote!(#version, #private::Seed::#how(#value))
            }
        }
    }
}

/// The arguments of `seed(...)`: the version before which or right after which rows are inserted, and the rows.
const SEED_ARGUMENTS: [&str; 5] = ["version", "at", "file", "sql", "run"];

const SEED: &str = "`seed(version = \"add_status\", file = \"seeds/users.sql\")`";
const BUDGET: &str = "`budget(version = \"add_status\", \"2s\")`";

/// Reads one `seed(...)`.
pub(crate) fn seed(key: Ident, value: Value, mistakes: &mut Mistakes) -> Option<AtVersion> {
    let Value::List(span, words) = value else {
        mistakes.at(&key, format!("expected {SEED}"));
        return None;
    };
    let mut at: Option<(&str, TokenStream)> = None;
    let mut what: Option<(String, Expr)> = None;
    let mut sound = true;
    for Arg { key, value } in args::parse(words, mistakes) {
        let name = key.to_string();
        if !SEED_ARGUMENTS.contains(&name.as_str()) {
            mistakes.at(&key, unknown("argument", &name, &SEED_ARGUMENTS));
            sound = false;
            continue;
        }
        let Value::Is(value) = value else {
            mistakes.at(&key, format!("`{key}` needs a value: {SEED}"));
            sound = false;
            continue;
        };
        if matches!(name.as_str(), "version" | "at") {
            if at.is_some() {
                mistakes.at(
                    &key,
                    "a seed belongs to one version: give `version` (before it) or `at` \
                     (right after it)",
                );
                sound = false;
            }
            let method = if name == "at" { "seed_at" } else { "seed" };
            match version_by_name(&value, mistakes) {
                Some(version) => at = Some((method, version)),
                None => sound = false,
            }
        } else {
            if what.is_some() {
                mistakes.at(&key, "a seed takes one of `file`, `sql` and `run`");
                sound = false;
            }
            let value = if name == "run" { Some(value) } else { text(&name, value, mistakes) };
            match value {
                Some(value) => what = Some((name, value)),
                None => sound = false,
            }
        }
    }
    if !sound {
        return None;
    }
    match (at, what) {
        (Some((method, version)), Some((how, value))) => {
            Some(AtVersion { key, method, version, value: What::Seed { how, value } })
        }
        (None, _) => {
            mistakes.at_span(span, format!("the seed has no version; write {SEED}"));
            None
        }
        (_, None) => {
            let text = format!("the seed is empty; add `file`, `sql` or `run`, as in {SEED}");
            mistakes.at_span(span, text);
            None
        }
    }
}

/// Reads one `budget(version = ..., "2s")`.
pub(crate) fn budget(key: Ident, value: Value, mistakes: &mut Mistakes) -> Option<AtVersion> {
    let Value::List(span, words) = value else {
        mistakes.at(
            &key,
            format!(
                "the budget of one version is {BUDGET}; that of a whole upgrade is \
                                   an argument of `migration_suite`"
            ),
        );
        return None;
    };
    let list = args::expressions(words, mistakes)?;
    let (mut at, mut time) = (None, None);
    let mut sound = true;
    for element in list {
        let Expr::Assign(assign) = &element else {
            if time.is_some() {
                mistakes.at(&element, format!("a budget takes one length of time: {BUDGET}"));
                sound = false;
            }
            time = duration(element, mistakes);
            sound &= time.is_some();
            continue;
        };
        match &*assign.left {
            Expr::Path(path) if path.path.is_ident("version") => {
                at = version_by_name(&assign.right, mistakes);
                sound &= at.is_some();
            }
            other => {
                let name = quote!(#other).to_string();
                mistakes.at(other, unknown("argument", &name, &["version"]));
                sound = false;
            }
        }
    }
    if !sound {
        return None;
    }
    let (Some(version), Some(time)) = (at, time) else {
        mistakes.at_span(span, format!("expected a version and a time: {BUDGET}"));
        return None;
    };
    Some(AtVersion { key, method: "budget_of", version, value: What::Budget(time) })
}

fn text(name: &str, value: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    match literal(&value) {
        None => return Some(value),
        Some(Lit::Str(text)) if !text.value().trim().is_empty() => return Some(value),
        Some(other) => {
            let what = if name == "file" { "the path of a SQL file" } else { "SQL" };
            mistakes.at(other, format!("expected {what} in quotes"));
        }
    }
    None
}
