//! Splitting a script into statements, by the rules of `psql`'s own scanner.

/// One statement of a script: the text between its first token and its last, without the semicolon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The statement's text, from its first token on; comments inside it are kept.
    pub text: &'a str,
    /// Byte offset of `text` in the script.
    pub offset: usize,
}

impl Statement<'_> {
    /// Byte offset just behind the statement's last token.
    pub fn end(&self) -> usize {
        self.offset + self.text.len()
    }
}

/// Splits a script into its statements. Comments between statements and empty statements are left out.
pub fn split(script: &str) -> Vec<Statement<'_>> {
    let mut scanner = Scanner::new(script);
    let mut statements = Vec::new();
    let mut current = Open::default();
    while let Some(token) = scanner.next_token() {
        match token.kind {
            TokenKind::Comment => {}
            TokenKind::Semicolon if current.ends_here() => {
                current.finish(script, &mut statements);
            }
            kind => current.take(&token, kind, &script[token.start..token.end]),
        }
    }
    current.finish(script, &mut statements);
    statements
}

/// Whether a script holds no statement: it is empty, or white space, comments and semicolons only.
pub fn is_blank(script: &str) -> bool {
    split(script).is_empty()
}

/// The statement that is being read.
#[derive(Default)]
struct Open {
    start: Option<usize>,
    end: usize,
    parens: usize,
    words: usize,
    creates: bool,
    routine: bool,
    atomic: usize,
    last_word_was_begin: bool,
}

impl Open {
    fn ends_here(&self) -> bool {
        self.parens == 0 && self.atomic == 0
    }

    fn take(&mut self, token: &Token, kind: TokenKind, text: &str) {
        self.start.get_or_insert(token.start);
        self.end = token.end;
        let begin_before = std::mem::take(&mut self.last_word_was_begin);
        match kind {
            TokenKind::Open => self.parens += 1,
            TokenKind::Close => self.parens = self.parens.saturating_sub(1),
            TokenKind::Word => self.word(&text.to_ascii_lowercase(), begin_before),
            _ => {}
        }
    }

    // `CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC …; …; END` holds semicolons of its own.
    fn word(&mut self, word: &str, begin_before: bool) {
        self.words += 1;
        match (self.words, word) {
            (1, "create") => self.creates = true,
            (2..=4, "function" | "procedure") if self.creates => self.routine = true,
            _ => {}
        }
        if !self.routine || self.parens > 0 {
            return;
        }
        match word {
            "begin" => self.last_word_was_begin = true,
            "atomic" if begin_before => self.atomic += 1,
            "case" if self.atomic > 0 => self.atomic += 1,
            "end" if self.atomic > 0 => self.atomic -= 1,
            _ => {}
        }
    }

    fn finish<'a>(&mut self, script: &'a str, statements: &mut Vec<Statement<'a>>) {
        if let Some(start) = self.start {
            statements.push(Statement { text: &script[start..self.end], offset: start });
        }
        *self = Open::default();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Comment,
    Semicolon,
    Open,
    Close,
    Word,
    Other,
}

pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    pub(super) fn next_token(&mut self) -> Option<Token> {
        let rest =
            self.text[self.at..].trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        self.at = self.text.len() - rest.len();
        let start = self.at;
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '-' if rest.starts_with("--") => {
                (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len()))
            }
            '/' if rest.starts_with("/*") => (TokenKind::Comment, block_comment(rest)),
            ';' => (TokenKind::Semicolon, 1),
            '(' | '[' => (TokenKind::Open, 1),
            ')' | ']' => (TokenKind::Close, 1),
            '\'' => (TokenKind::Other, quoted(rest, '\'', false)),
            '"' => (TokenKind::Other, quoted(rest, '"', false)),
            'e' | 'E' if rest[1..].starts_with('\'') => {
                (TokenKind::Other, 1 + quoted(&rest[1..], '\'', true))
            }
            '$' => (TokenKind::Other, dollar_quoted(rest).unwrap_or(1)),
            c if is_word_start(c) => (TokenKind::Word, word(rest)),
            c => (TokenKind::Other, c.len_utf8()),
        };
        self.at = start + length;
        Some(Token { kind, start, end: self.at })
    }
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !(is_word_start(c) || c.is_ascii_digit() || c == '$')).unwrap_or(rest.len())
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut depth = 0_usize;
    let mut i = 0;
    while i + 1 < bytes.len() {
        match (bytes[i], bytes[i + 1]) {
            (b'/', b'*') => {
                depth += 1;
                i += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char, backslashes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c == '\\' && backslashes {
            chars.next();
        } else if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return i + 1;
            }
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag_end = rest[1..].find('$')? + 2;
    let tag = &rest[..tag_end];
    let name = &tag[1..tag_end - 1];
    let well_formed = name.chars().all(|c| is_word_start(c) || c.is_ascii_digit())
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if !well_formed {
        return None;
    }
    Some(rest[tag_end..].find(tag).map_or(rest.len(), |i| tag_end + i + tag_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let statements = split(script);
        for s in &statements {
            assert_eq!(&script[s.offset..s.end()], s.text);
        }
        assert_eq!(statements.iter().map(|s| s.text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn semicolons_end_statements() {
        check("SELECT 1; SELECT 2 ;\n;SELECT 3", &["SELECT 1", "SELECT 2", "SELECT 3"]);
    }

    #[test]
    fn comments_are_no_statements() {
        check("-- a; b\n/* c; /* d; */ e; */", &[]);
        check("-- first\nSELECT /* ; */ 1; -- last", &["SELECT /* ; */ 1"]);
        assert!(is_blank("\u{feff} ;; -- nothing\n"));
        assert!(!is_blank("SELECT 1"));
    }

    #[test]
    fn quotes_hide_semicolons() {
        check(
            "SELECT ';''x;', \"a;b\"; SELECT E'\\';'",
            &["SELECT ';''x;', \"a;b\"", "SELECT E'\\';'"],
        );
        check("SELECT '\\'; SELECT 2", &["SELECT '\\'", "SELECT 2"]);
    }

    #[test]
    fn dollar_quotes_hide_semicolons() {
        check(
            "DO $$ BEGIN x; END $$; SELECT $a$;$b$;$a$; SELECT $1",
            &["DO $$ BEGIN x; END $$", "SELECT $a$;$b$;$a$", "SELECT $1"],
        );
    }

    #[test]
    fn rules_keep_their_parentheses() {
        check(
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
            &["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"],
        );
    }

    #[test]
    fn atomic_bodies_hold_statements() {
        check(
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; BEGIN; COMMIT",
            &[
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                "BEGIN",
                "COMMIT",
            ],
        );
    }

    #[test]
    fn an_unfinished_quote_runs_to_the_end() {
        check("SELECT 'abc; SELECT 2", &["SELECT 'abc; SELECT 2"]);
        check("SELECT /* abc; SELECT 2", &["SELECT"]);
    }
}
