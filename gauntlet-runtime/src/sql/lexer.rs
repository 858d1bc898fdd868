//! The one lexer of SQL text: every character of a text belongs to exactly one token.
//!
//! Follows `src/backend/parser/scan.l` of PostgreSQL 18. It knows no keywords and rejects nothing: text that the
//! server would reject, such as a string that never ends, is still cut into tokens, and an unterminated string, name
//! or comment ends with the text.

use super::token::{Token, TokenKind};

/// The tokens of a text, white space and comments included: put together, they are the text.
pub fn tokens(text: &str) -> Lexer<'_> {
    Lexer::new(text)
}

/// An iterator over the tokens of a text.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    backslash_escapes: bool,
}

impl<'a> Lexer<'a> {
    /// A lexer at the beginning of a text.
    pub fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0, backslash_escapes: false }
    }

    /// From here on, reads `'…'` as a server with this value of `standard_conforming_strings` does; `true` at first.
    pub fn set_standard_conforming_strings(&mut self, on: bool) {
        self.backslash_escapes = !on;
    }

    /// Moves to the end of the current line, and returns what was passed over.
    pub(super) fn skip_line(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn measure(&self, rest: &str, first: char) -> (TokenKind, usize) {
        use TokenKind::{
            BlockComment, DollarString, LineComment, Number, Operator, Other, Parameter,
            Punctuation, QuotedName, Space, String, Word,
        };

        let is = |prefix: &str| rest.starts_with(prefix);
        let quote_at = |at: usize| rest.as_bytes().get(at) == Some(&b'\'');
        match first {
            '\u{feff}' if self.at == 0 => (Space, first.len_utf8()),
            c if is_space(c) => (Space, run(rest, is_space)),
            _ if is("--") => (LineComment, run(rest, |c| c != '\n' && c != '\r')),
            _ if is("/*") => (BlockComment, block_comment(rest)),
            '\'' => (String, string(rest, self.backslash_escapes)),
            'e' | 'E' if quote_at(1) => (String, 1 + string(&rest[1..], true)),
            'b' | 'B' | 'x' | 'X' if quote_at(1) => (String, 1 + string(&rest[1..], false)),
            'n' | 'N' if quote_at(1) => (String, 1 + string(&rest[1..], self.backslash_escapes)),
            'u' | 'U' if quote_at(2) && rest[1..].starts_with('&') => {
                (String, 2 + string(&rest[2..], false))
            }
            'u' | 'U' if rest[1..].starts_with("&\"") => {
                (QuotedName, 2 + quoted(&rest[2..], '"', false))
            }
            '"' => (QuotedName, quoted(rest, '"', false)),
            '$' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                (Parameter, 1 + run(&rest[1..], |c| c.is_ascii_digit()))
            }
            '$' => dollar_string(rest).map_or((Other, 1), |length| (DollarString, length)),
            c if is_word_start(c) => (Word, run(rest, is_word)),
            c if c.is_ascii_digit() => (Number, number(rest)),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Number, number(rest)),
            _ if is("::") || is(":=") || is("..") => (Punctuation, 2),
            '(' | ')' | '[' | ']' | ',' | ';' | ':' | '.' => (Punctuation, 1),
            c if is_operator(c) => (Operator, operator(rest)),
            c => (Other, c.len_utf8()),
        }
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let (kind, length) = self.measure(rest, rest.chars().next()?);
        let token = Token { kind, text: &rest[..length], offset: self.at };
        self.at += length;
        Some(token)
    }
}

/// The tokens of a text, and those inside of its strings and comments, in the order of their places. A string or comment
/// is not one of them itself; its inside is read as SQL, whatever it is.
pub fn nested_tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut open = vec![(Lexer::new(text), 0)];
    std::iter::from_fn(move || {
        loop {
            let (lexer, start) = open.last_mut()?;
            let start = *start;
            let Some(token) = lexer.next() else {
                open.pop();
                continue;
            };
            let token = Token { offset: start + token.offset, ..token };
            if token.kind == TokenKind::QuotedName {
                return Some(token);
            }
            match token.inside() {
                Some((inside, at)) => open.push((Lexer::new(inside), token.offset + at)),
                None => return Some(token),
            }
        }
    })
}

/// The length of the longest beginning of which all characters are wanted.
fn run(rest: &str, wanted: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !wanted(c)).unwrap_or(rest.len())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_word(c: char) -> bool {
    is_word_start(c) || c.is_ascii_digit() || c == '$'
}

fn is_operator(c: char) -> bool {
    "~!@#^&|`?+-*/%<>=".contains(c)
}

/// The length of an operator: it ends before a comment, and before a trailing sign unless it holds a character that
/// standard SQL has in no operator.
fn operator(rest: &str) -> usize {
    let mut end = run(rest, is_operator);
    for comment in ["--", "/*"] {
        end = rest[..end].find(comment).unwrap_or(end);
    }
    if !rest[..end].contains(|c| "~!@#^&|`?%".contains(c)) {
        while end > 1 && rest[..end].ends_with(['+', '-']) {
            end -= 1;
        }
    }
    end
}

fn number(rest: &str) -> usize {
    let digits = |rest: &str| run(rest, |c| c.is_ascii_digit() || c == '_');
    if rest.starts_with('0') && rest[1..].starts_with(['x', 'X', 'o', 'O', 'b', 'B']) {
        let length = run(&rest[2..], |c| c.is_ascii_hexdigit() || c == '_');
        if length > 0 {
            return 2 + length;
        }
    }
    let mut end = digits(rest);
    // `1..2` is a range of PL/pgSQL.
    if rest[end..].starts_with('.') && !rest[end..].starts_with("..") {
        end += 1;
        end += digits(&rest[end..]);
    }
    if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            end = rest.len() - unsigned.len() + digits(unsigned);
        }
    }
    end
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a string with all its parts: a string continues where only white space with the end of a line, and
/// comments that end with their line, stand before the next quote.
fn string(rest: &str, escapes: bool) -> usize {
    let mut end = quoted(rest, '\'', escapes);
    while let Some(gap) = continuation(&rest[end..]) {
        end += gap + quoted(&rest[end + gap..], '\'', escapes);
    }
    end
}

fn continuation(rest: &str) -> Option<usize> {
    let mut at = 0;
    let mut newline = false;
    loop {
        let tail = &rest[at..];
        let space = run(tail, is_space);
        newline |= tail[..space].contains(['\n', '\r']);
        at += space;
        let tail = &rest[at..];
        if tail.starts_with('\'') && newline {
            return Some(at);
        }
        if !tail.starts_with("--") {
            return None;
        }
        at += run(tail, |c| c != '\n' && c != '\r');
    }
}

fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

fn dollar_string(rest: &str) -> Option<usize> {
    let tag_end = rest[1..].find(|c: char| !is_word(c) || c == '$')? + 2;
    let tag = rest.get(..tag_end).filter(|tag| tag.ends_with('$'))?;
    if tag[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(rest[tag_end..].find(tag).map_or(rest.len(), |at| tag_end + at + tag_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens without white space, one a line: a letter for the kind, and the text.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let letter = |kind| match kind {
            TokenKind::Space => ' ',
            TokenKind::LineComment | TokenKind::BlockComment => 'c',
            TokenKind::Word => 'w',
            TokenKind::QuotedName => 'q',
            TokenKind::String => 's',
            TokenKind::DollarString => 'd',
            TokenKind::Number => 'n',
            TokenKind::Parameter => 'p',
            TokenKind::Operator => 'o',
            TokenKind::Punctuation => 'm',
            TokenKind::Other => '?',
        };
        let found: Vec<String> = tokens(text)
            .filter(|token| token.kind != TokenKind::Space)
            .map(|token| format!("{} {}", letter(token.kind), token.text))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_and_names() {
        check("select Ärger _a1$x", &["w select", "w Ärger", "w _a1$x"]);
        check("\"a \"\"b\".c", &["q \"a \"\"b\"", "m .", "w c"]);
        check("U&\"d\\0061t\" u & v", &["q U&\"d\\0061t\"", "w u", "o &", "w v"]);
        check("\"open", &["q \"open"]);
        check("a\u{a0}b", &["w a\u{a0}b"]);
    }

    #[test]
    fn comments() {
        check("a -- b\r\nc", &["w a", "c -- b", "w c"]);
        check("/* a /* b */ c */ d", &["c /* a /* b */ c */", "w d"]);
        check("/* a /* b */ c", &["c /* a /* b */ c"]);
        check("/*/ a", &["c /*/ a"]);
    }

    #[test]
    fn strings() {
        check("'it''s' 'a\\' x", &["s 'it''s'", "s 'a\\'", "w x"]);
        check("E'a\\'b' e'\\\\' x", &["s E'a\\'b'", "s e'\\\\'", "w x"]);
        check("b'01' X'ff' N'n' U&'\\0061'", &["s b'01'", "s X'ff'", "s N'n'", "s U&'\\0061'"]);
        check("some'x'", &["w some", "s 'x'"]);
        check("'a' 'b'", &["s 'a'", "s 'b'"]);
        check("E'a'\n  'b\\'' x", &["s E'a'\n  'b\\''", "w x"]);
        check("'a' -- c\n 'b' x", &["s 'a' -- c\n 'b'", "w x"]);
        check("'a; b", &["s 'a; b"]);
    }

    #[test]
    fn strings_that_do_not_conform_to_the_standard() {
        let mut lexer = tokens("'a\\'b' E'\\'' \"a\\\"");
        lexer.set_standard_conforming_strings(false);
        let texts: Vec<&str> = lexer.map(|token| token.text).collect();
        assert_eq!(texts, ["'a\\'b'", " ", "E'\\''", " ", "\"a\\\""]);
    }

    #[test]
    fn dollar_quotes_and_parameters() {
        check("$$ a $$ $a$ $$ $b$ $a$ x", &["d $$ a $$", "d $a$ $$ $b$ $a$", "w x"]);
        check("$1 + $12", &["p $1", "o +", "p $12"]);
        check("$ä$ ' $ä$", &["d $ä$ ' $ä$"]);
        check("$1a$ x", &["p $1", "w a$", "w x"]);
        check("$a b$", &["? $", "w a", "w b$"]);
        check("$a$ open", &["d $a$ open"]);
        check("a$b$ c", &["w a$b$", "w c"]);
    }

    #[test]
    fn numbers() {
        check(
            "1 1.5 .5 1. 1e10 1E-5 1_000",
            &["n 1", "n 1.5", "n .5", "n 1.", "n 1e10", "n 1E-5", "n 1_000"],
        );
        check("0xFF 0b01 1..10 1e", &["n 0xFF", "n 0b01", "n 1", "m ..", "n 10", "n 1", "w e"]);
        check("t.1", &["w t", "n .1"]);
    }

    #[test]
    fn operators_and_marks() {
        check(
            "a=-1 b<>-c @-@ a",
            &["w a", "o =", "o -", "n 1", "w b", "o <>", "o -", "w c", "o @-@", "w a"],
        );
        check("a*/* x */b+--c", &["w a", "o *", "c /* x */", "w b", "o +", "c --c"]);
        check(
            "x::int[] := a->>'b'",
            &["w x", "m ::", "w int", "m [", "m ]", "m :=", "w a", "o ->>", "s 'b'"],
        );
        check("\\connect x", &["? \\", "w connect", "w x"]);
    }

    #[test]
    fn insides_of_strings_and_comments() {
        let text = "DO $$ a 'b' -- c\n$$ /* d */ \"e\"";
        let found: Vec<&str> = nested_tokens(text)
            .filter(|token| !token.kind.is_trivia())
            .inspect(|token| assert!(text[token.offset..].starts_with(token.text)))
            .map(|token| token.text)
            .collect();
        assert_eq!(found, ["DO", "a", "b", "c", "d", "\"e\""]);
    }

    #[test]
    fn the_tokens_of_any_text_are_the_text() {
        const PIECES: [&str; 40] = [
            "'", "\"", "$", "$$", "$a$", "$1", "\\", "/*", "*/", "--", "\n", "\r", " ", "\t", "E",
            "e'", "U&", "b'", "x", "ä", "\u{feff}", "\u{a0}", "😀", "0", "1", ".", "..", ":", "::",
            "=", "-", "+", "@", "(", ")", ";", "_", "select", "0x", "1e",
        ];
        // Xorshift, with a fixed seed.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).expect("it is below a usize")
        };
        for _ in 0..20_000 {
            let text: String = (0..random(24)).map(|_| PIECES[random(PIECES.len())]).collect();
            let mut lexer = tokens(&text);
            lexer.set_standard_conforming_strings(random(2) == 0);
            let mut end = 0;
            for token in lexer {
                assert_eq!(token.offset, end, "{text:?}");
                assert!(!token.text.is_empty(), "{text:?}");
                assert_eq!(&text[token.offset..token.end()], token.text, "{text:?}");
                end = token.end();
            }
            assert_eq!(end, text.len(), "{text:?}");
            for token in nested_tokens(&text) {
                assert_eq!(&text[token.offset..token.end()], token.text, "{text:?}");
            }
        }
    }
}
