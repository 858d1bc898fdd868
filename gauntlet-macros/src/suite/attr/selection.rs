//! `#[gauntlet(...)]` on the module: the words that choose among the generated tests, and what `at_versions` reads.

use gauntlet_plan::unknown;
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Lit, LitStr, Meta};

use super::at_versions::{self, AtVersion};
use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;

const EXPECTED: &str = "expected `#[gauntlet(skip = \"naming\")]`, \
                        `#[gauntlet(skip(\"naming\", \"stairway\"), reason = \"...\")]`, \
                        `#[gauntlet(only(\"stairway\"))]`, `#[gauntlet(seed(...))]` or \
                        `#[gauntlet(budget(...))]`";

/// The arguments of `#[gauntlet(...)]`.
const ARGUMENTS: [&str; 5] = ["skip", "only", "reason", "seed", "budget"];

/// The contents of all `#[gauntlet(...)]` of a module.
#[derive(Default)]
pub(crate) struct Selection {
    pub(crate) choices: Vec<Choice>,
    /// Seeds and budgets.
    pub(crate) at_versions: Vec<AtVersion>,
}

/// A word in `skip` or `only`, not yet known to name a test.
pub(crate) struct Choice {
    pub(crate) role: Role,
    pub(crate) word: LitStr,
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum Role {
    Skip,
    Only,
}

impl Selection {
    /// Reads the attributes.
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Selection {
        let mut selection = Selection::default();
        for attr in attrs {
            match &attr.meta {
                Meta::List(list) if !list.tokens.is_empty() => {
                    let args = args::parse(list.tokens.clone(), mistakes);
                    selection.read_one(attr, args, mistakes);
                }
                _ => mistakes.at(attr, EXPECTED),
            }
        }
        selection
    }

    fn read_one(&mut self, attr: &Attribute, args: Vec<Arg>, mistakes: &mut Mistakes) {
        let reason = reason(&args, mistakes);
        let mut selects = false;
        let mut faulty = args.is_empty();
        let mut seen: Vec<String> = Vec::new();
        for Arg { key, value } in args {
            let name = key.to_string();
            if !ARGUMENTS.contains(&name.as_str()) {
                mistakes.at(&key, unknown("argument", &name, &ARGUMENTS));
                faulty = true;
                continue;
            }
            // These can be given several times, for several versions.
            if let "seed" | "budget" = name.as_str() {
                selects |= reason.is_none();
                let read = if name == "seed" { at_versions::seed } else { at_versions::budget };
                self.at_versions.extend(read(key, value, mistakes));
                continue;
            }
            if seen.contains(&name) {
                mistakes.at(&key, format!("`{key}` is given twice"));
                continue;
            }
            seen.push(name);
            if key == "reason" {
                continue;
            }
            selects = true;
            let role = if key == "skip" { Role::Skip } else { Role::Only };
            let words = match value {
                Value::Is(expr) => vec![expr],
                Value::List(span, words) => list(&key, span, words, mistakes),
                Value::Missing => {
                    mistakes.at(&key, format!("`{key}` names no test; write `{key} = \"naming\"`"));
                    continue;
                }
            };
            let words = words.iter().filter_map(|word| name_of_test(word, mistakes));
            let choices = words.map(|word| Choice { role, word, reason: reason.clone() });
            self.choices.extend(choices);
        }
        if !selects && !faulty {
            mistakes.at(attr, "`reason` belongs to a `skip` or an `only` in the same attribute");
        }
    }
}

/// The reason given in one attribute.
fn reason(args: &[Arg], mistakes: &mut Mistakes) -> Option<String> {
    let arg = args.iter().find(|arg| arg.key == "reason")?;
    let example = "`reason = \"legacy names, see #112\"`";
    match &arg.value {
        Value::Is(expr) => match literal(expr) {
            Some(Lit::Str(text)) if !text.value().trim().is_empty() => return Some(text.value()),
            Some(Lit::Str(text)) => {
                mistakes.at(text, "the reason is empty; write it or remove `reason`");
            }
            _ => mistakes.at(expr, format!("expected a text in quotes, such as {example}")),
        },
        Value::List(span, _) => mistakes.at_span(*span, format!("expected {example}")),
        Value::Missing => mistakes.at(&arg.key, format!("expected {example}")),
    }
    None
}

fn list(key: &Ident, span: Span, words: TokenStream, mistakes: &mut Mistakes) -> Vec<Expr> {
    let Some(list) = args::expressions(words, mistakes) else { return Vec::new() };
    if list.is_empty() {
        mistakes.at_span(span, format!("`{key}()` names no test; write `{key}(\"naming\")`"));
    }
    list
}

/// The name of a test, in quotes.
pub(super) fn name_of_test(word: &Expr, mistakes: &mut Mistakes) -> Option<LitStr> {
    if let Some(Lit::Str(text)) = literal(word) {
        Some(text.clone())
    } else {
        mistakes.at(word, "expected the name of a test in quotes, such as `\"naming\"`");
        None
    }
}
