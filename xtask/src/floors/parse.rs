//! The modules of one file: what they declare, import and mention. Test modules are left out.

use std::collections::BTreeMap;

use super::tokens::{Placed, Token};

/// A path in code: its segments and the line of the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// One name that a `use` brings in.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// `None` for a glob.
    pub(super) name: Option<String>,
    /// `pub use`, with whatever visibility.
    pub(super) reexport: bool,
    pub(super) line: usize,
}

/// A module, of a file or inline.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Modules that are declared with `mod name;`, and the `#[path]` of each, where it has one.
    pub(super) files: Vec<(String, Option<String>)>,
    /// Modules with a body.
    pub(super) inline: Vec<(String, Module)>,
    pub(super) items: Vec<String>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    /// Each identifier outside of `use`, with its first line.
    pub(super) idents: BTreeMap<String, usize>,
    /// Each call of a macro: its name and line.
    pub(super) macros: Vec<(String, usize)>,
}

const ITEMS: &[&str] =
    &["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"];

/// Parses the tokens of a module's body.
pub(super) fn parse(tokens: &[Placed]) -> Module {
    let mut module = Module::default();
    let mut parser = Parser { tokens, at: 0, module: &mut module };
    parser.run();
    module
}

struct Parser<'a> {
    tokens: &'a [Placed],
    at: usize,
    module: &'a mut Module,
}

impl Parser<'_> {
    fn run(&mut self) {
        let mut depth = 0usize;
        let mut public = false;
        let mut test = false;
        let mut path = None;
        while let Some(Placed { token, line }) = self.tokens.get(self.at) {
            let (token, line) = (token.clone(), *line);
            match token {
                Token::Punct('#') => {
                    path = self.path_attribute().or(path);
                    test |= self.attribute();
                    continue;
                }
                Token::Open(_) => depth += 1,
                Token::Close => {
                    depth = depth.saturating_sub(1);
                    (public, test) = (false, false);
                }
                Token::Punct(';' | ',') => (public, test) = (false, false),
                Token::Ident(word) => {
                    match word.as_str() {
                        "pub" => {
                            public = true;
                            self.at += 1;
                            if self.is(0, &Token::Open('(')) && self.is_visibility() {
                                self.skip_group();
                            }
                            continue;
                        }
                        "use" if !matches!(self.peek(1), Some(Token::Punct('<'))) => {
                            self.at += 1;
                            self.imports(public, test);
                            (public, test) = (false, false);
                            continue;
                        }
                        // Paths in generated code are those of another crate.
                        "quote" | "quote_spanned" | "parse_quote"
                            if self.is(1, &Token::Punct('!')) =>
                        {
                            self.at += 2;
                            self.skip_group();
                            continue;
                        }
                        "mod" if self.module_item(test, path.take()) => {
                            (public, test) = (false, false);
                            continue;
                        }
                        _ => {}
                    }
                    if test && (word == "impl" || ITEMS.contains(&word.as_str())) {
                        // A function or a type of the tests alone.
                        self.skip_item();
                        (public, test) = (false, false);
                        continue;
                    }
                    if depth == 0 && ITEMS.contains(&word.as_str()) {
                        self.item(&word);
                        public = false;
                    }
                    if self.is(1, &Token::Punct('!')) && !self.is(2, &Token::Punct('=')) {
                        self.module.macros.push((word.clone(), line));
                    }
                    if self.path(&word, line) {
                        continue;
                    }
                    self.module.idents.entry(word).or_insert(line);
                }
                Token::Punct(_) | Token::Literal(_) => {}
            }
            self.at += 1;
        }
    }

    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|placed| &placed.token)
    }

    fn is(&self, ahead: usize, token: &Token) -> bool {
        self.peek(ahead) == Some(token)
    }

    fn ident(&self, ahead: usize) -> Option<&str> {
        match self.peek(ahead) {
            Some(Token::Ident(word)) => Some(word),
            _ => None,
        }
    }

    /// `pub` with `(crate)`, `(super)`, `(self)` or `(in …)`; not the parenthesis of a tuple struct's field.
    fn is_visibility(&self) -> bool {
        matches!(self.ident(1), Some("crate" | "super" | "self" | "in"))
            && (self.ident(1) == Some("in") || self.is(2, &Token::Close))
    }

    /// Goes behind the group that opens here.
    fn skip_group(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.peek(0) {
            match token {
                Token::Open(_) => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Goes behind an item: its body, or its semicolon.
    fn skip_item(&mut self) {
        while let Some(token) = self.peek(0) {
            match token {
                Token::Open(open) => {
                    let body = *open == '{';
                    self.skip_group();
                    if body {
                        return;
                    }
                }
                Token::Punct(';') => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// The file of `#[path = "file"]`.
    fn path_attribute(&self) -> Option<String> {
        match (self.ident(2), self.peek(4)) {
            (Some("path"), Some(Token::Literal(file))) => Some(file.trim_matches('"').to_owned()),
            _ => None,
        }
    }

    /// Goes behind an attribute; says whether it is `cfg(test)`, or `cfg(all(test, …))`.
    fn attribute(&mut self) -> bool {
        self.at += 1;
        if self.is(0, &Token::Punct('!')) {
            self.at += 1;
        }
        let place = if self.ident(3) == Some("all") { 5 } else { 3 };
        let test = self.ident(1) == Some("cfg") && self.ident(place) == Some("test");
        if self.is(0, &Token::Open('[')) {
            self.skip_group();
        }
        test
    }

    /// `mod name;` or `mod name { … }`.
    fn module_item(&mut self, test: bool, file: Option<String>) -> bool {
        let Some(name) = self.ident(1).map(str::to_owned) else { return false };
        match self.peek(2) {
            Some(Token::Punct(';')) => {
                if !test {
                    self.module.files.push((name, file));
                }
                self.at += 3;
                true
            }
            Some(Token::Open('{')) => {
                self.at += 2;
                let start = self.at + 1;
                self.skip_group();
                if !test {
                    let body = &self.tokens[start..self.at - 1];
                    self.module.inline.push((name, parse(body)));
                }
                true
            }
            _ => false,
        }
    }

    /// Notes the name of an item at the top of the module.
    fn item(&mut self, word: &str) {
        let name = match (word, self.peek(1)) {
            ("macro_rules", _) => self.ident(2),
            (_, Some(Token::Ident(next))) if next == "mut" || next == "fn" => self.ident(2),
            _ => self.ident(1),
        };
        if let Some(name) = name {
            self.module.items.push(name.to_owned());
        }
    }

    /// The trees of a `use`, up to its semicolon.
    fn imports(&mut self, reexport: bool, test: bool) {
        let line = self.tokens.get(self.at).map_or(0, |placed| placed.line);
        let before = self.module.imports.len();
        self.tree(&[], reexport, line);
        if test {
            self.module.imports.truncate(before);
        }
        while let Some(token) = self.peek(0) {
            let end = *token == Token::Punct(';');
            self.at += 1;
            if end {
                return;
            }
        }
    }

    fn tree(&mut self, prefix: &[String], reexport: bool, line: usize) {
        let mut path = prefix.to_vec();
        let mut line = line;
        while let Some(placed) = self.tokens.get(self.at) {
            match &placed.token {
                Token::Punct(':') => self.at += 1,
                Token::Punct('*') => {
                    self.at += 1;
                    self.module.imports.push(Import { path, name: None, reexport, line });
                    return;
                }
                Token::Open('{') => {
                    self.at += 1;
                    while !self.is(0, &Token::Close) && self.peek(0).is_some() {
                        if self.is(0, &Token::Punct(',')) {
                            self.at += 1;
                        } else {
                            self.tree(&path, reexport, line);
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Ident(word) if word == "as" => {
                    let name = self.ident(1).map(str::to_owned);
                    self.at += 2;
                    self.import(path, name, reexport, line);
                    return;
                }
                Token::Ident(word) => {
                    line = placed.line;
                    path.push(word.clone());
                    self.at += 1;
                }
                _ => break,
            }
        }
        self.import(path, None, reexport, line);
    }

    fn import(&mut self, mut path: Vec<String>, name: Option<String>, reexport: bool, line: usize) {
        // `use a::{self}` is `use a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let Some(last) = path.last().cloned() else { return };
        let name = Some(name.unwrap_or(last));
        self.module.imports.push(Import { path, name, reexport, line });
    }

    /// `a::b::c`; goes behind it.
    fn path(&mut self, first: &str, line: usize) -> bool {
        let colons = |parser: &Self, at: usize| {
            parser.is(at, &Token::Punct(':')) && parser.is(at + 1, &Token::Punct(':'))
        };
        if !colons(self, 1) || self.follows_a_path() {
            return false;
        }
        let mut path = vec![first.to_owned()];
        self.at += 1;
        while colons(self, 0) {
            let Some(next) = self.ident(2) else { break };
            path.push(next.to_owned());
            self.at += 3;
        }
        if self.is(0, &Token::Punct('!')) && !self.is(1, &Token::Punct('=')) {
            self.module.macros.extend(path.last().map(|name| (name.clone(), line)));
        }
        self.module.idents.entry(first.to_owned()).or_insert(line);
        self.module.mentions.push(Mention { path, line });
        true
    }

    /// `::name` or `.name`: not the beginning of a path.
    fn follows_a_path(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map(|at| &self.tokens[at].token);
        match before(1) {
            Some(Token::Punct('.')) => before(2) != Some(&Token::Punct('.')),
            Some(Token::Punct(':')) => before(2) == Some(&Token::Punct(':')),
            _ => false,
        }
    }
}
