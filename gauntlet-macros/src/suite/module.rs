//! The module on which the attribute stands, taken apart without touching what the user wrote:
//! only tests that want a database are understood, every other item is kept as its tokens.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Item, Visibility};

use super::custom::Custom;
use super::function::Function;
use crate::mistakes::Mistakes;

/// An inline module.
pub(crate) struct Module {
    /// Outer attributes without `#[gauntlet(...)]`.
    pub(crate) attrs: Vec<Attribute>,
    /// The `#[gauntlet(...)]`.
    pub(crate) gauntlet: Vec<Attribute>,
    /// Visibility and `mod`, as written.
    pub(crate) head: TokenStream,
    pub(crate) ident: Ident,
    /// The braces' span.
    pub(crate) braces: Span,
    pub(crate) pieces: Vec<Piece>,
    /// The names of the module's own functions, constants and statics, with their kinds.
    pub(crate) values: Vec<(Ident, &'static str)>,
}

/// A part of the module's content.
pub(crate) enum Piece {
    AsWritten(TokenStream),
    Custom(Box<Custom>),
}

impl Module {
    /// Takes a module apart.
    ///
    /// # Errors
    ///
    /// When the item is not an inline module; the error says so at the item.
    pub(crate) fn read(item: TokenStream, mistakes: &mut Mistakes) -> syn::Result<Module> {
        let (mut module, content) = syn::parse2::<Shell>(item)?.open()?;
        // The compiler reports an item that cannot be parsed.
        let parsed = syn::parse2::<Content>(content.clone());
        if let Ok(Content { pieces, values }) = parsed {
            module.pieces = pieces;
            module.values = values;
        } else {
            module.pieces = vec![Piece::AsWritten(content)];
        }
        module.attrs.retain(|attr| {
            let again = is(attr, "migration_suite");
            if again {
                mistakes.at(
                    attr,
                    "this module is already a suite; put the second suite on another module",
                );
            }
            !again
        });
        for piece in &module.pieces {
            if let Piece::Custom(custom) = piece {
                custom.validate(mistakes);
            }
        }
        Ok(module)
    }

    /// The names of the user's own functions, constants and statics.
    pub(crate) fn own_names(&self) -> Vec<String> {
        self.values.iter().map(|(ident, _)| ident.to_string()).collect()
    }
}

/// An item with its attributes, before it is known whether it is an inline module.
pub(super) struct Shell {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) rest: TokenStream,
}

impl Parse for Shell {
    fn parse(input: ParseStream) -> syn::Result<Shell> {
        let attrs = input.call(Attribute::parse_outer)?;
        Ok(Shell { attrs, vis: input.parse()?, rest: input.parse()? })
    }
}

impl Shell {
    fn open(self) -> syn::Result<(Module, TokenStream)> {
        let mut tokens = self.rest.clone().into_iter();
        let (mod_token, ident, body) = (tokens.next(), tokens.next(), tokens.next());
        let is_mod = matches!(&mod_token, Some(TokenTree::Ident(word)) if word == "mod");
        let (true, Some(TokenTree::Ident(ident))) = (is_mod, ident) else {
            return Err(syn::Error::new_spanned(
                mod_token,
                "put `migration_suite` on a module: `mod migrations { ... }`",
            ));
        };
        let Some(TokenTree::Group(body)) = body else {
            return Err(syn::Error::new_spanned(
                &self.rest,
                format!(
                    "`migration_suite` adds tests to the module, so it needs the content \
                     here: write `mod {ident} {{ ... }}` in place of `mod {ident};`"
                ),
            ));
        };
        let (gauntlet, attrs) = self.attrs.into_iter().partition(|attr| is(attr, "gauntlet"));
        let mut head = self.vis.into_token_stream();
        mod_token.to_tokens(&mut head);
        let module = Module {
            attrs,
            gauntlet,
            head,
            ident,
            braces: body.span(),
            pieces: Vec::new(),
            values: Vec::new(),
        };
        Ok((module, body.stream()))
    }
}

/// The content of the module.
struct Content {
    pieces: Vec<Piece>,
    values: Vec<(Ident, &'static str)>,
}

impl Parse for Content {
    fn parse(input: ParseStream) -> syn::Result<Content> {
        let mut content = Content { pieces: Vec::new(), values: Vec::new() };
        let begin = input.cursor();
        input.call(Attribute::parse_inner)?;
        content.keep(between(begin, input.cursor()));
        while !input.is_empty() {
            content.item(input)?;
        }
        Ok(content)
    }
}

impl Content {
    /// Keeps tokens as they are, together with those before them.
    fn keep(&mut self, tokens: TokenStream) {
        if let Some(Piece::AsWritten(before)) = self.pieces.last_mut() {
            before.extend(tokens);
        } else if !tokens.is_empty() {
            self.pieces.push(Piece::AsWritten(tokens));
        }
    }

    fn item(&mut self, input: ParseStream) -> syn::Result<()> {
        let begin = input.cursor();
        if let Ok(function) = Function::parse(&input.fork()) {
            // The fork has shown that this succeeds.
            input.call(Function::parse)?;
            self.values.push((function.sig.ident.clone(), "function"));
            match Custom::of(function) {
                Some(custom) => self.pieces.push(Piece::Custom(Box::new(custom))),
                None => self.keep(between(begin, input.cursor())),
            }
            return Ok(());
        }
        match input.parse()? {
            Item::Const(item) => self.values.push((item.ident, "constant")),
            Item::Static(item) => self.values.push((item.ident, "static")),
            _ => {}
        }
        self.keep(between(begin, input.cursor()));
        Ok(())
    }
}

/// `true` if an attribute has this name, by any path.
pub(super) fn is(attr: &Attribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == name)
}

/// The tokens from one place of a stream to a later one.
fn between(begin: Cursor, end: Cursor) -> TokenStream {
    let mut tokens = TokenStream::new();
    let mut at = begin;
    while at != end {
        let Some((token, next)) = at.token_tree() else { break };
        tokens.extend([token]);
        at = next;
    }
    tokens
}
