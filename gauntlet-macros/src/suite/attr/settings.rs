//! The arguments of `migration_suite`, each checked by its own rule. Rules that concern more
//! than one argument are in `valid`.

use gauntlet_plan::{Argument, IGNORABLE, checks_named, nearest, unknown};
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Lit, LitStr, Path};

use super::baseline::{self, BaselineGiven};
use super::globs::globs;
use super::locks::{self, LocksGiven};
use super::migrations;
use super::naming::{self, NamingWord};
use super::queries::{self, QueriesGiven};
use super::seeds::{self, SeedsGiven};
use super::selection::name_of_test;
use super::servers::{self, Server};
use super::shipped::{self, Shipped};
use super::versions::{self, VersionsGiven};
use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::{Version, duration, literal, ungroup, version, versions};

/// An argument's value, and its name with the span.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// All arguments; `None` is one that was not given, or was wrong.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) suite: Option<Given<Expr>>,
    pub(crate) db: Option<Given<Expr>>,
    pub(crate) servers: Vec<Server>,
    pub(crate) migrations: Option<Given<Expr>>,
    pub(crate) model: Option<Given<Expr>>,
    pub(crate) setup: Option<Given<Expr>>,
    pub(crate) isolation: Option<Given<Isolation>>,
    pub(crate) irreversible: Option<Given<Irreversible>>,
    pub(crate) downgrade_floor: Option<Given<Version>>,
    pub(crate) baseline: Option<Given<BaselineGiven>>,
    pub(crate) shipped: Option<Given<Shipped>>,
    pub(crate) strict: Option<Given<Expr>>,
    pub(crate) partitions: Option<Given<Expr>>,
    pub(crate) ignore_tables: Option<Given<Expr>>,
    pub(crate) ignore_with: Option<Given<Expr>>,
    pub(crate) ignore_kinds: Option<Given<Vec<String>>>,
    pub(crate) naming: Option<Given<Expr>>,
    pub(crate) naming_words: Option<Given<Vec<NamingWord>>>,
    pub(crate) locks: Option<Given<LocksGiven>>,
    pub(crate) populated: Option<Given<VersionsGiven>>,
    pub(crate) interrupted: Option<Given<VersionsGiven>>,
    pub(crate) queries: Option<Given<QueriesGiven>>,
    pub(crate) compat: Option<Given<Expr>>,
    pub(crate) seeds: Option<Given<SeedsGiven>>,
    pub(crate) checks: Option<Listed>,
    pub(crate) budget: Option<Given<Expr>>,
    pub(crate) timeout: Option<Given<Expr>>,
    pub(crate) as_role: Option<Given<Expr>>,
    pub(crate) krate: Option<Given<Path>>,
}

#[derive(Clone, Copy)]
pub(crate) enum Isolation {
    Database,
    Schema,
}

pub(crate) enum Irreversible {
    All,
    Versions(Vec<Version>),
}

/// The tests that are generated at all.
pub(crate) enum Listed {
    All,
    /// Words that name tests or groups, not yet known to be valid.
    Words(Vec<LitStr>),
}

impl Settings {
    /// Reads every argument by its rule.
    pub(crate) fn read(args: Vec<Arg>, mistakes: &mut Mistakes) -> Settings {
        let mut settings = Settings::default();
        let mut seen: Vec<(String, bool)> = Vec::new();
        for Arg { key, value } in args {
            let name = key.to_string();
            let Some(argument) = Argument::named(&name) else {
                mistakes.at(&key, unknown("argument", &name, &Argument::names()));
                continue;
            };
            // `ignore = ...` and `ignore(...)` mean different things and can be given together, as can both forms of `naming`.
            let two_forms = key == "ignore" || key == "naming";
            let form = (name, matches!(value, Value::List(..)) && two_forms);
            if seen.contains(&form) {
                mistakes.at(&key, format!("`{key}` is given twice"));
                continue;
            }
            seen.push(form);
            settings.read_one(argument, key, value, mistakes);
        }
        settings
    }

    /// Reads an argument with words in parentheses.
    fn read_list(
        &mut self,
        argument: Argument,
        key: Ident,
        (span, words): (Span, TokenStream),
        mistakes: &mut Mistakes,
    ) {
        match argument {
            Argument::Ignore => {
                let words = ignorable(&key, words, mistakes);
                self.ignore_kinds = Some(Given { key, value: words });
            }
            Argument::Naming => {
                let words = naming::read(span, words, mistakes);
                self.naming_words = Some(Given { key, value: words });
            }
            Argument::Db => self.servers = servers::read(span, words, mistakes),
            Argument::Locks => self.locks = given(key, locks::list(span, words, mistakes)),
            Argument::Baseline => self.baseline = given(key, baseline::read(span, words, mistakes)),
            Argument::Populated => {
                let rules = versions::list(versions::POPULATED, span, words, mistakes);
                self.populated = given(key, rules);
            }
            Argument::Interrupted => {
                let rules = versions::list(versions::INTERRUPTED, span, words, mistakes);
                self.interrupted = given(key, rules);
            }
            Argument::Queries => self.queries = given(key, queries::list(span, words, mistakes)),
            Argument::Seeds => self.seeds = given(key, seeds::read(span, words, mistakes)),
            Argument::Shipped => self.shipped = given(key, shipped::list(span, words, mistakes)),
            other => {
                let (name, example) = (other.name(), other.example());
                let text = format!("`{name}` takes its value after `=`, such as `{example}`");
                mistakes.at_span(span, text);
            }
        }
    }

    fn read_one(&mut self, argument: Argument, key: Ident, value: Value, mistakes: &mut Mistakes) {
        let expr = match value {
            Value::Is(expr) => ungroup(expr),
            Value::List(span, words) => {
                return self.read_list(argument, key, (span, words), mistakes);
            }
            Value::Missing => {
                let (name, example) = (argument.name(), argument.example());
                return mistakes.at(key, format!("`{name}` needs a value, such as `{example}`"));
            }
        };
        match argument {
            Argument::Suite => self.suite = given(key, suite(expr, mistakes)),
            Argument::Checks => self.checks = checks(&expr, mistakes),
            Argument::Budget => self.budget = given(key, duration(expr, mistakes)),
            Argument::Timeout => self.timeout = given(key, duration(expr, mistakes)),
            Argument::AsRole => {
                self.as_role = given(key, text_or_expression(argument, expr, "a role", mistakes));
            }
            Argument::Db => {
                self.db = given(
                    key,
                    text_or_expression(argument, expr, "a URL or an expression", mistakes),
                );
            }
            Argument::Migrations => {
                let expr = text_or_expression(argument, expr, "a folder", mistakes);
                let checked = expr.and_then(|expr| migrations::check(expr, mistakes));
                self.migrations = given(key, checked);
            }
            Argument::Model => {
                self.model = given(key, text_or_expression(argument, expr, "a model", mistakes));
            }
            Argument::Setup => {
                self.setup = given(key, text_or_expression(argument, expr, "a SQL file", mistakes));
            }
            Argument::Isolation => self.isolation = given(key, isolation(&expr, mistakes)),
            Argument::Irreversible => self.irreversible = given(key, irreversible(&expr, mistakes)),
            Argument::DowngradeFloor => {
                self.downgrade_floor = given(key, version(&expr, mistakes));
            }
            Argument::Baseline => {
                let file = text_or_expression(argument, expr, "a SQL file", mistakes);
                let named = file.and_then(|file| BaselineGiven::named(file, mistakes));
                self.baseline = given(key, named);
            }
            Argument::Shipped => self.shipped = given(key, shipped::value(expr, mistakes)),
            Argument::Strict => self.strict = given(key, flag(expr, mistakes)),
            Argument::Partitions => self.partitions = given(key, flag(expr, mistakes)),
            Argument::IgnoreTables => {
                let globs = globs(expr, argument.name(), "events_*", mistakes);
                self.ignore_tables = given(key, globs);
            }
            Argument::Ignore => self.ignore_with = given(key, function(expr, mistakes)),
            Argument::Naming => self.naming = given(key, rules(expr, mistakes)),
            Argument::Locks => self.locks = given(key, locks::value(&expr, mistakes)),
            Argument::Populated => {
                self.populated = given(key, versions::value(versions::POPULATED, &expr, mistakes));
            }
            Argument::Interrupted => {
                let rules = versions::value(versions::INTERRUPTED, &expr, mistakes);
                self.interrupted = given(key, rules);
            }
            Argument::Compat => {
                let text = text_or_expression(argument, expr, "a branch, tag or commit", mistakes);
                self.compat = given(key, text);
            }
            Argument::Queries => self.queries = given(key, queries::value(expr, mistakes)),
            Argument::Seeds => {
                let folder = text_or_expression(argument, expr, "a folder", mistakes);
                self.seeds = given(key, folder.map(SeedsGiven::optional));
            }
            Argument::Crate => self.krate = given(key, path(expr, mistakes)),
        }
    }
}

fn suite(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    let expected = "expected a suite or a function that makes one, such as `const SUITE: fn() -> \
                    gauntlet::Suite`";
    no_literal(expr, expected, mistakes)
}

/// An expression whose type the compiler checks. A literal is certainly wrong.
fn no_literal(expr: Expr, expected: &str, mistakes: &mut Mistakes) -> Option<Expr> {
    if literal(&expr).is_none() {
        return Some(expr);
    }
    mistakes.at(expr, expected);
    None
}

/// The tests that are generated at all: `none`, `all`, or a list of tests and groups.
fn checks(expr: &Expr, mistakes: &mut Mistakes) -> Option<Listed> {
    let expected = "expected `none`, `all` or a list of tests and groups: \
                    `checks = [\"stairway\", \"naming\"]`";
    match expr {
        Expr::Array(list) => {
            if list.elems.is_empty() {
                mistakes.at(list, "use `checks = none` to generate no tests");
            }
            let words = list.elems.iter().filter_map(|word| name_of_test(word, mistakes));
            return Some(Listed::Words(words.collect()));
        }
        Expr::Path(path) => match path.path.get_ident().map(ToString::to_string).as_deref() {
            Some("none") => return Some(Listed::Words(Vec::new())),
            Some("all") => return Some(Listed::All),
            Some(word) if !checks_named(word).is_empty() => {
                mistakes.at(expr, format!("expected a list: `checks = [\"{word}\"]`"));
            }
            Some(word) if nearest(word, &["none", "all"]).is_some() => {
                mistakes.at(expr, unknown("word", word, &["none", "all"]));
            }
            _ => mistakes.at(expr, expected),
        },
        _ => match literal(expr) {
            Some(Lit::Str(text)) if !checks_named(&text.value()).is_empty() => {
                mistakes.at(text, format!("expected a list: `checks = [\"{}\"]`", text.value()));
            }
            Some(Lit::Str(text)) if ["none", "all"].contains(&text.value().as_str()) => {
                let word = text.value();
                mistakes.at(text, format!("remove the quotes: `checks = {word}`"));
            }
            _ => mistakes.at(expr, expected),
        },
    }
    None
}

fn given<T>(key: Ident, value: Option<T>) -> Option<Given<T>> {
    value.map(|value| Given { key, value })
}

/// A string that is not empty, or any expression that is not a literal of another kind.
fn text_or_expression(
    argument: Argument,
    expr: Expr,
    expected: &str,
    mistakes: &mut Mistakes,
) -> Option<Expr> {
    let example = argument.example();
    match literal(&expr) {
        Some(Lit::Str(text)) if text.value().trim().is_empty() => {
            let name = argument.name();
            mistakes.at(text, format!("`{name}` is empty; expected {expected}: `{example}`"));
            None
        }
        Some(Lit::Str(_)) | None => Some(expr),
        Some(other) => {
            mistakes.at(other, format!("expected {expected}, such as `{example}`"));
            None
        }
    }
}

fn isolation(expr: &Expr, mistakes: &mut Mistakes) -> Option<Isolation> {
    let Some(Lit::Str(text)) = literal(expr) else {
        mistakes.at(expr, "expected `\"database\"` or `\"schema\"`, in quotes");
        return None;
    };
    match text.value().as_str() {
        "database" => Some(Isolation::Database),
        "schema" => Some(Isolation::Schema),
        other => {
            mistakes.at(text, unknown("isolation", other, &["database", "schema"]));
            None
        }
    }
}

fn irreversible(expr: &Expr, mistakes: &mut Mistakes) -> Option<Irreversible> {
    let expected = "expected a list of versions or `all`: `irreversible = [20240105]`, \
                    `irreversible = all`";
    match expr {
        Expr::Array(list) => {
            return versions(&list.elems, mistakes).map(Irreversible::Versions);
        }
        Expr::Path(path) => match path.path.get_ident() {
            Some(word) if word == "all" => return Some(Irreversible::All),
            Some(word) if nearest(&word.to_string(), &["all"]).is_some() => {
                mistakes.at(word, format!("expected a list of versions or `all`, not `{word}`"));
            }
            _ => mistakes.at(expr, expected),
        },
        _ => match literal(expr) {
            Some(Lit::Str(text)) if text.value() == "all" => {
                mistakes.at(text, "remove the quotes: `irreversible = all`");
            }
            Some(Lit::Int(number)) => {
                let text = format!("expected a list: `irreversible = [{number}]`");
                mistakes.at(number, text);
            }
            _ => mistakes.at(expr, expected),
        },
    }
    None
}

fn flag(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    match literal(&expr) {
        Some(Lit::Bool(_)) | None => Some(expr),
        Some(other) => {
            mistakes.at(other, "expected `true` or `false`");
            None
        }
    }
}

fn function(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    if !matches!(expr, Expr::Lit(_) | Expr::Array(_) | Expr::Tuple(_)) {
        return Some(expr);
    }
    mistakes.at(
        expr,
        "expected a function, `ignore = path::to::function`; tables are ignored with \
         `ignore_tables = [\"events_*\"]`, kinds with `ignore(comments, grants)`",
    );
    None
}

fn ignorable(key: &Ident, words: TokenStream, mistakes: &mut Mistakes) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    let Some(list) = args::expressions(words, mistakes) else { return kinds };
    let valid = IGNORABLE;
    if list.is_empty() {
        mistakes
            .at(key, format!("`ignore()` lists nothing to ignore\nvalid: {}", valid.join(", ")));
    }
    for element in list {
        let Some(word) = dotted(&element) else {
            let text = match literal(&element) {
                Some(Lit::Str(text)) => format!("remove the quotes: `{}`", text.value()),
                _ => "expected a word, such as `comments` or `columns.compression`".to_owned(),
            };
            mistakes.at(element, text);
            continue;
        };
        // The attributes of a kind are many, and known to the runtime only.
        let first = word.split('.').next().unwrap_or_default();
        if !valid.contains(&first) {
            mistakes.at(element, unknown("kind", first, valid));
        } else if kinds.contains(&word) {
            mistakes.at(element, format!("`{word}` is listed twice"));
        } else {
            kinds.push(word);
        }
    }
    kinds
}

/// `comments`, `columns.compression`, `indexes.option.fillfactor` as text.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => Some(path.path.get_ident()?.to_string()),
        Expr::Field(field) => {
            let syn::Member::Named(member) = &field.member else { return None };
            Some(format!("{}.{member}", dotted(&field.base)?))
        }
        _ => None,
    }
}

fn rules(expr: Expr, mistakes: &mut Mistakes) -> Option<Expr> {
    let expected =
        "expected naming rules, an expression of the type `gauntlet::naming::NamingRules`";
    no_literal(expr, expected, mistakes)
}

fn path(expr: Expr, mistakes: &mut Mistakes) -> Option<Path> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => Some(path.path),
        other => {
            let text = match literal(&other) {
                Some(Lit::Str(text)) => {
                    format!("remove the quotes: `crate = {}`", text.value())
                }
                _ => "expected a path, such as `crate = path::to::gauntlet`".to_owned(),
            };
            mistakes.at(other, text);
            None
        }
    }
}

/// The span of a key, for tokens that represent the whole argument.
pub(crate) fn span_of<T>(given: Option<&Given<T>>) -> Option<Span> {
    given.map(|given| given.key.span())
}
