//! `#[gauntlet(...)]` on the module: which of the generated tests run, and what `plans` reads.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Lit, LitStr, Meta};

use super::at_versions::{self, AtVersion};
use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;
use crate::words::{self, Check};

const EXPECTED: &str = "expected `#[gauntlet(skip = \"naming\")]`, \
                        `#[gauntlet(skip(\"naming\", \"stairway\"), reason = \"...\")]`, \
                        `#[gauntlet(only(\"stairway\"))]`, `#[gauntlet(seed(...))]` or \
                        `#[gauntlet(budget(...))]`";

/// What all `#[gauntlet(...)]` of a module say together.
#[derive(Default)]
pub(crate) struct Selection {
    skipped: Vec<Named>,
    only: Vec<Named>,
    /// The reason given with `only`.
    only_reason: Option<String>,
    /// Seeds and budgets.
    pub(crate) at_versions: Vec<AtVersion>,
}

/// A test that was named, as a member of a group or by itself.
struct Named {
    check: Check,
    /// The name that was written.
    by: String,
    reason: Option<String>,
}

impl Selection {
    /// Reads the attributes; `customs` are the names of the module's own tests.
    pub(crate) fn read(
        attrs: &[Attribute],
        customs: &[String],
        mistakes: &mut Mistakes,
    ) -> Selection {
        let mut selection = Selection::default();
        for attr in attrs {
            match &attr.meta {
                Meta::List(list) if !list.tokens.is_empty() => {
                    let args = args::parse(list.tokens.clone(), mistakes);
                    selection.read_one(attr, args, customs, mistakes);
                }
                _ => mistakes.at(attr, EXPECTED),
            }
        }
        selection
    }

    /// Why a check does not run, if the attributes say so.
    pub(crate) fn reason_against(&self, check: Check) -> Option<String> {
        if let Some(skipped) = self.skipped.iter().find(|named| named.check == check) {
            let reason = skipped.reason.clone();
            return Some(reason.unwrap_or_else(|| "skipped by #[gauntlet(skip)]".to_owned()));
        }
        if self.only.is_empty() || self.only.iter().any(|named| named.check == check) {
            return None;
        }
        Some(self.only_reason.clone().unwrap_or_else(|| {
            let mut written: Vec<&str> = self.only.iter().map(|named| named.by.as_str()).collect();
            written.dedup();
            format!("not in only({})", written.join(", "))
        }))
    }

    fn read_one(
        &mut self,
        attr: &Attribute,
        args: Vec<Arg>,
        customs: &[String],
        mistakes: &mut Mistakes,
    ) {
        let reason = reason(&args, mistakes);
        let mut selects = false;
        let mut faulty = args.is_empty();
        let mut seen: Vec<String> = Vec::new();
        for Arg { key, value } in args {
            let name = key.to_string();
            if !words::MODULE_ARGUMENTS.contains(&name.as_str()) {
                let valid = &words::MODULE_ARGUMENTS;
                mistakes.at(&key, words::unknown("argument", &name, valid));
                faulty = true;
                continue;
            }
            // These may stand several times, for several versions.
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
            if key == "only" && !self.skipped.is_empty() || key == "skip" && !self.only.is_empty() {
                let text = "`skip` and `only` exclude each other: `only` skips all that it does \
                            not name";
                mistakes.at(&key, text);
                continue;
            }
            let words = match value {
                Value::Is(expr) => vec![expr],
                Value::List(span, words) => list(&key, span, words, mistakes),
                Value::Missing => {
                    mistakes.at(&key, format!("`{key}` names no test: `{key} = \"naming\"`"));
                    continue;
                }
            };
            let target = if key == "skip" { &mut self.skipped } else { &mut self.only };
            for word in words {
                for check in tests(&word, customs, target, mistakes) {
                    target.push(Named { reason: reason.clone(), ..check });
                }
            }
            if key == "only" {
                self.only_reason = self.only_reason.take().or_else(|| reason.clone());
            }
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
            Some(Lit::Str(text)) => mistakes.at(text, "the reason is empty"),
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
        mistakes.at_span(span, format!("`{key}()` names no test: `{key}(\"naming\")`"));
    }
    list
}

/// The tests that one word stands for, less those already in `target`.
fn tests(word: &Expr, customs: &[String], target: &[Named], mistakes: &mut Mistakes) -> Vec<Named> {
    let Some(Lit::Str(text)) = literal(word) else {
        mistakes.at(word, "expected the name of a test in quotes, such as `\"naming\"`");
        return Vec::new();
    };
    let name = text.value();
    let checks = words::tests_named(&name);
    if checks.is_empty() {
        mistakes.at(text, unknown_test(text, customs));
        return Vec::new();
    }
    let mut fresh = Vec::new();
    for check in checks {
        match target.iter().find(|named| named.check == check) {
            None => fresh.push(Named { check, by: name.clone(), reason: None }),
            Some(before) => {
                let text = if before.by == name {
                    format!("`{name}` is named twice")
                } else if name == check.name {
                    format!("`{name}` is already named by `{}`", before.by)
                } else {
                    format!("`{name}` contains `{}`, which is already named", check.name)
                };
                mistakes.at(word, text);
                return fresh;
            }
        }
    }
    fresh
}

fn unknown_test(text: &LitStr, customs: &[String]) -> String {
    let name = text.value();
    if customs.contains(&name) {
        return format!(
            "`{name}` is a test of your own, not a generated one; put `#[ignore]` on the function"
        );
    }
    words::unknown("test", &name, &words::selectable())
}
