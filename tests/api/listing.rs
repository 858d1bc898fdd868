//! The list of the public paths: a line for each, with its signature.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Fields, ImplItem, Item, TraitItem, Type, Visibility};

use crate::crates::{Crates, Definition, uses};

/// The list, and the types of our own that a signature in it names but that have no path in it. What is hidden from the
/// documentation is no part of the API: it is for the crates and tests of this workspace, and may change with any version.
pub(crate) fn of_the_facade() -> (String, Vec<String>) {
    let crates = Crates::read();
    let mut listing = Listing {
        crates: &crates,
        lines: BTreeSet::new(),
        public: BTreeSet::new(),
        items: BTreeSet::new(),
        named: Vec::new(),
    };
    let root = vec!["gauntlet".to_owned()];
    listing.module(&root);
    for item in crates.items(&root) {
        let Item::Mod(item) = item else { continue };
        let name = item.ident.to_string();
        if is_public(&item.vis) && name != "__private" {
            listing.module(&[root[0].clone(), name]);
        }
    }
    let unnamed: BTreeSet<String> = listing
        .named
        .iter()
        .filter(|(_, definition, _)| !listing.public.contains(definition))
        .map(|(path, definition, name)| format!("{name} ({definition}), named by {path}"))
        .collect();
    let count = format!("{} items\n", listing.items.len());
    let text = listing.lines.iter().fold(count, |text, line| text + line + "\n");
    (text, unnamed.into_iter().collect())
}

struct Listing<'a> {
    crates: &'a Crates,
    lines: BTreeSet<String>,
    /// The definitions that have a public path, `module::Name`.
    public: BTreeSet<String>,
    /// The paths of the items, without their fields, variants and methods.
    items: BTreeSet<String>,
    /// Where a type of ours is named: the public path, the definition, the name.
    named: Vec<(String, String, String)>,
}

impl Listing<'_> {
    fn module(&mut self, module: &[String]) {
        let items = self.crates.items(module);
        for used in uses(items).iter().filter(|used| used.is_public) {
            let path = format!("{}::{}", module.join("::"), used.name);
            self.items.insert(path.clone());
            let Some((last, from)) = used.path.split_last() else { continue };
            let from = self.crates.absolute(module, from);
            match from.and_then(|from| self.crates.resolve(&from, last)) {
                Some(definition) => self.definition(&path, &used.name, &definition),
                // A macro, or an item that a macro makes.
                None => drop(self.lines.insert(path)),
            }
        }
    }

    fn definition(&mut self, path: &str, name: &str, definition: &Definition<'_>) {
        let Definition { module, item } = definition;
        self.public.insert(format!("{}::{name}", module.join("::")));
        let exhaustive = |attrs: &[syn::Attribute]| {
            if attrs.iter().any(|attr| attr.path().is_ident("non_exhaustive")) {
                " (non-exhaustive)"
            } else {
                ""
            }
        };
        match item {
            Item::Struct(item) => {
                self.lines.insert(format!("{path}: struct{}", exhaustive(&item.attrs)));
                self.fields(path, module, &item.fields, false);
                self.methods(path, name, module);
            }
            Item::Enum(item) => {
                self.lines.insert(format!("{path}: enum{}", exhaustive(&item.attrs)));
                for variant in item.variants.iter().filter(|v| !is_hidden(&v.attrs)) {
                    let path = format!("{path}::{}", variant.ident);
                    self.lines.insert(format!("{path}: variant"));
                    self.fields(&path, module, &variant.fields, true);
                }
                self.methods(path, name, module);
            }
            Item::Trait(item) => {
                self.lines.insert(format!("{path}: trait"));
                for item in &item.items {
                    let TraitItem::Fn(item) = item else { continue };
                    if is_hidden(&item.attrs) {
                        continue;
                    }
                    self.line(
                        &format!("{path}::{}", item.sig.ident),
                        module,
                        item.sig.to_token_stream(),
                    );
                }
            }
            Item::Fn(item) => self.line(path, module, item.sig.to_token_stream()),
            Item::Type(item) => self.line(path, module, item.ty.to_token_stream()),
            Item::Const(item) => self.line(path, module, item.ty.to_token_stream()),
            _ => {}
        }
    }

    fn fields(&mut self, path: &str, module: &[String], fields: &Fields, all: bool) {
        for (number, field) in fields.iter().enumerate() {
            if (all || is_public(&field.vis)) && !is_hidden(&field.attrs) {
                let name =
                    field.ident.as_ref().map_or_else(|| number.to_string(), ToString::to_string);
                self.line(&format!("{path}.{name}"), module, field.ty.to_token_stream());
            }
        }
    }

    /// The public methods of a type, in whatever file of its crate they stand.
    fn methods(&mut self, path: &str, name: &str, home: &[String]) {
        let crates = self.crates;
        for (module, items) in crates.modules_of(&home[0]) {
            for item in items {
                let Item::Impl(item) = item else { continue };
                let Type::Path(target) = &*item.self_ty else { continue };
                let target = target.path.segments.last().map(|last| last.ident.to_string());
                let is_inherent = item.trait_.is_none() && target.as_deref() == Some(name);
                if !is_inherent
                    || crates.resolve(module, name).is_none_or(|found| found.module != home)
                {
                    continue;
                }
                for item in &item.items {
                    match item {
                        ImplItem::Fn(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                            self.line(
                                &format!("{path}::{}", item.sig.ident),
                                module,
                                item.sig.to_token_stream(),
                            );
                        }
                        ImplItem::Const(item)
                            if is_public(&item.vis) && !is_hidden(&item.attrs) =>
                        {
                            self.line(
                                &format!("{path}::{}", item.ident),
                                module,
                                item.ty.to_token_stream(),
                            );
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// Adds a line, and notes the types of ours that it names.
    fn line(&mut self, path: &str, module: &[String], signature: TokenStream) {
        for name in idents(signature.clone()) {
            let Some(Definition { module, item }) = self.crates.resolve(module, &name) else {
                continue;
            };
            if matches!(item, Item::Struct(_) | Item::Enum(_) | Item::Trait(_)) {
                self.named.push((path.to_owned(), format!("{}::{name}", module.join("::")), name));
            }
        }
        self.lines.insert(format!("{path}: {}", spaced(&signature)));
    }
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

fn is_hidden(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| quote!(#attr).to_string().contains("doc (hidden)"))
}

fn idents(tokens: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => drop(names.insert(ident.to_string())),
            TokenTree::Group(group) => names.extend(idents(group.stream())),
            _ => {}
        }
    }
    names
}

/// Tokens as a person would write them, nearly.
fn spaced(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" :", ":"),
        ("' ", "'"),
        (",)", ")"),
        (" ;", ";"),
        ("[ ", "["),
        (" ]", "]"),
        ("-> (", "->("),
        ("->(", "-> ("),
    ] {
        text = text.replace(from, to);
    }
    text
}
