//! The user's own tests that want a database: `#[test] async fn name(db: gauntlet::TestDb)`.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, Path, Signature, Type, TypeReference};

use super::function::Function;
use crate::mistakes::Mistakes;

const WANTED: &str = "`db: gauntlet::TestDb` or `db: &mut gauntlet::TestDb`";

/// A test that the suite runs.
pub(crate) struct Custom {
    /// The span of `test` in `#[test]`.
    pub(crate) test: Span,
    /// The function without its `#[test]`.
    pub(crate) function: Function,
}

/// How a test takes its database.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// Not at all.
    Nothing,
    /// By value; the span of the type.
    Owned(Span),
    /// By `&mut`; the span of the type.
    Borrowed(Span),
}

impl Custom {
    /// Takes over a function that is a test and is async or has a database as its argument.
    ///
    /// A plain `#[test]` stays what it is, and so does one with arguments of other types, which
    /// another attribute may provide.
    pub(crate) fn of(mut function: Function) -> Option<Custom> {
        let at = function.attrs.iter().position(is_test)?;
        if function.sig.asyncness.is_none() && !function.sig.inputs.iter().any(is_database) {
            return None;
        }
        let test = function.attrs.remove(at).path().segments.last()?.ident.span();
        Some(Custom { test, function })
    }

    /// How the test takes its database; for a valid test only.
    pub(crate) fn takes(&self) -> Takes {
        match self.function.sig.inputs.first() {
            Some(FnArg::Typed(argument)) => match &*argument.ty {
                Type::Reference(reference) => Takes::Borrowed(reference.span()),
                other => Takes::Owned(other.span()),
            },
            _ => Takes::Nothing,
        }
    }

    /// `true` if the signature can be wrapped.
    pub(crate) fn is_valid(&self) -> bool {
        let mut mistakes = Mistakes::default();
        self.validate(&mut mistakes);
        mistakes.is_empty()
    }

    /// Reports every mistake in the signature.
    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        let Signature { constness, asyncness, abi, fn_token, generics, inputs, variadic, .. } =
            &self.function.sig;
        if asyncness.is_none() {
            mistakes.at(fn_token, "a test that takes a database is an `async fn`");
        }
        if let Some(constness) = constness {
            mistakes.at(constness, "a test cannot be `const`");
        }
        if let Some(abi) = abi {
            mistakes.at(abi, "a test cannot have an ABI");
        }
        if !generics.params.is_empty() {
            mistakes.at(generics, "a test cannot be generic");
        }
        if let Some(clause) = &generics.where_clause {
            mistakes.at(clause, "a test cannot have a `where` clause");
        }
        if let Some(variadic) = variadic {
            mistakes.at(variadic, "a test cannot be variadic");
        }
        for (place, argument) in inputs.iter().enumerate() {
            match argument {
                FnArg::Receiver(receiver) => {
                    let text = format!("a test is not a method; it takes {WANTED}");
                    mistakes.at(receiver, text);
                }
                FnArg::Typed(argument) if place > 0 => {
                    let text = "a test takes one argument, its database; write a second test for \
                                a second database";
                    mistakes.at(argument, text);
                }
                FnArg::Typed(argument) => {
                    if let Some(text) = fault_of(&argument.ty) {
                        mistakes.at(&argument.ty, text);
                    }
                }
            }
        }
    }
}

/// The mistake in an argument's type, as far as its tokens show it. A path may be an alias of the
/// right type, so the compiler has the last word.
fn fault_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(TypeReference { mutability: None, .. }) => {
            Some(format!("a test owns its database or borrows it mutably: {WANTED}"))
        }
        Type::Reference(TypeReference { elem, .. }) => fault_of_path(elem),
        Type::Group(group) => fault_of(&group.elem),
        Type::Paren(parens) => fault_of(&parens.elem),
        other => fault_of_path(other),
    }
}

fn fault_of_path(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else {
        return Some(format!("a test takes {WANTED}"));
    };
    let help = match last(&path.path)?.as_str() {
        "PgPool" | "Pool" | "PgPoolOptions" => "; `db.pool()` is a pool of connections to it",
        "PgConnection" | "PoolConnection" => "; `db.conn()` is a connection to it",
        "PgConnectOptions" => "; `db.url()` leads to it",
        _ if is_primitive(&path.path) => "",
        _ => return None,
    };
    Some(format!("a test takes {WANTED}{help}"))
}

fn is_primitive(path: &Path) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "String", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "f64",
    ];
    path.get_ident().is_some_and(|ident| PRIMITIVES.contains(&ident.to_string().as_str()))
}

fn is_database(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else { return false };
    let ty = match &*argument.ty {
        Type::Reference(reference) => &*reference.elem,
        other => other,
    };
    matches!(ty, Type::Path(path) if last(&path.path).is_some_and(|name| name == "TestDb"))
}

fn last(path: &Path) -> Option<String> {
    path.segments.last().map(|segment| segment.ident.to_string())
}

/// `#[test]`, also by its full path; not the `#[test]` of other crates.
fn is_test(attr: &Attribute) -> bool {
    let path = attr.path();
    if path.is_ident("test") {
        return true;
    }
    let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    matches!(
        segments.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["core" | "std", "prelude", _, "test"]
    )
}
