//! `shipped = git("origin/main")` and `shipped(git = "origin/main", healed = [20240105])`.

use std::cell::Cell;

use gauntlet_plan::{Argument, unknown};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Expr, Lit};

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, literal, version, versions};

/// What has shipped.
pub(crate) enum Shipped {
    /// `git(...)` or `lock(...)`, with what else is declared.
    By { how: Ident, source: Expr, folder: Option<Expr>, healed: Vec<Version> },
    /// A version.
    UpTo(Version),
    /// Any other expression.
    Is(Expr),
}

/// The functions that say where to find what has shipped.
const HOW: [&str; 2] = ["git", "lock"];

const PARTS: [&str; 4] = ["git", "lock", "folder", "healed"];

const EXAMPLE: &str = "`shipped(git = \"origin/main\", healed = [20240105])`";

impl Shipped {
    /// Whether it names a git ref, as far as its tokens say.
    pub(crate) fn may_be_git(&self) -> bool {
        match self {
            Shipped::By { how, .. } => how == "git",
            Shipped::UpTo(_) => false,
            Shipped::Is(_) => true,
        }
    }

    /// The value, as an expression.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        match self {
            Shipped::UpTo(version) => version.to_token_stream(),
            Shipped::Is(expr) => expr.to_token_stream(),
            Shipped::By { how, source, folder, healed } => {
                let mut tokens = quote!(#private::shipped::#how(#source));
                if let Some(folder) = folder {
                    tokens.extend(quote!(.folder(#folder)));
                }
                if !healed.is_empty() {
                    tokens.extend(quote!(.healed([#(#private::version(#healed)),*])));
                }
                tokens
            }
        }
    }
}

/// Reads the value after `shipped =`.
pub(super) fn value(expr: Expr, mistakes: &mut Mistakes) -> Option<Shipped> {
    if let Expr::Call(call) = &expr
        && let Expr::Path(path) = &*call.func
        && let Some(how) = path.path.get_ident()
        && HOW.contains(&how.to_string().as_str())
    {
        let Some(source) = call.args.first().filter(|_| call.args.len() == 1) else {
            let example = Argument::Shipped.example();
            mistakes.at(call, format!("`{how}` takes one text, such as `{example}`"));
            return None;
        };
        let (how, source) = (how.clone(), text(source.clone(), &how.to_string(), mistakes)?);
        return Some(Shipped::By { how, source, folder: None, healed: Vec::new() });
    }
    match literal(&expr) {
        Some(Lit::Str(text)) if text.value().contains(['/', '.']) => {
            let given = text.value();
            let is_file = given.to_ascii_lowercase().ends_with(".lock");
            let how = if is_file { "lock" } else { "git" };
            mistakes.at(text, format!("say what it is: `shipped = {how}(\"{given}\")`"));
            None
        }
        Some(Lit::Str(_) | Lit::Int(_)) => version(&expr, mistakes).map(Shipped::UpTo),
        None if !matches!(expr, Expr::Unary(_) | Expr::Array(_)) => Some(Shipped::Is(expr)),
        _ => {
            let text = "expected `git(\"origin/main\")`, `lock(\"migrations/gauntlet.lock\")` or a version";
            mistakes.at(expr, text);
            None
        }
    }
}

/// Reads the parts between the parentheses.
pub(super) fn list(span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Option<Shipped> {
    let mut by: Option<(Ident, Expr)> = None;
    let mut folder: Option<(Ident, Expr)> = None;
    let mut healed: Option<Vec<Version>> = None;
    let sound = Cell::new(true);
    let fault = |key: &Ident, text: String, mistakes: &mut Mistakes| {
        mistakes.at(key, text);
        sound.set(false);
    };
    for Arg { key, value } in args::parse(words, mistakes) {
        let name = key.to_string();
        if !PARTS.contains(&name.as_str()) {
            fault(&key, unknown("part", &name, &PARTS), mistakes);
            continue;
        }
        let Value::Is(value) = value else {
            fault(&key, format!("`{name}` needs a value, as in {EXAMPLE}"), mistakes);
            continue;
        };
        if name == "healed" {
            let list = if let Expr::Array(list) = &value {
                versions(&list.elems, mistakes)
            } else {
                mistakes.at(&value, "expected a list of versions: `healed = [20240105]`");
                None
            };
            match list {
                Some(list) if healed.is_none() => healed = Some(list),
                Some(_) => fault(&key, "`healed` is given twice".to_owned(), mistakes),
                None => sound.set(false),
            }
            continue;
        }
        let Some(value) = text(value, &name, mistakes) else {
            sound.set(false);
            continue;
        };
        let place = if name == "folder" { &mut folder } else { &mut by };
        match place {
            Some((before, _)) if *before == key => {
                fault(&key, format!("`{name}` is given twice"), mistakes);
            }
            Some((before, _)) => {
                let text = format!("`{before}` and `{name}` exclude each other");
                fault(&key, text, mistakes);
            }
            None => *place = Some((key, value)),
        }
    }
    let Some((how, source)) = by else {
        if sound.get() {
            mistakes.at_span(span, format!("expected `git` or `lock`, as in {EXAMPLE}"));
        }
        return None;
    };
    if let Some((key, _)) = folder.as_ref().filter(|_| how == "lock") {
        mistakes.at(
            key,
            "`folder` is the folder of the migrations at a git ref; a lock file needs none",
        );
        return None;
    }
    let folder = folder.map(|(_, folder)| folder);
    sound.get().then(|| Shipped::By { how, source, folder, healed: healed.unwrap_or_default() })
}

/// A text that is not empty, or any expression that is not a literal of another kind.
fn text(value: Expr, name: &str, mistakes: &mut Mistakes) -> Option<Expr> {
    let what = match name {
        "git" => "a branch, tag or commit",
        "lock" => "the path of a lock file",
        _ => "the path of a folder",
    };
    match literal(&value) {
        None => Some(value),
        Some(Lit::Str(text)) if !text.value().trim().is_empty() => Some(value),
        Some(other) => {
            mistakes.at(other, format!("expected {what} in quotes"));
            None
        }
    }
}
