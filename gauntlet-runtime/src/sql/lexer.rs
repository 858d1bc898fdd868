//! The one lexer of SQL text: every character of a text belongs to exactly one token.
//!
//! Follows `src/backend/parser/scan.l` of PostgreSQL 18. It knows no keywords and rejects nothing: text that the
//! server would reject, such as a string that never ends, is still cut into tokens, and an unterminated string, name
//! or comment ends with the text.

use super::bytes::{DIGIT, LINE, NAME, OPERATOR, SPACE, WORD, is_in, run};
use super::number::number;
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
            c if is_space(c) => (Space, run(rest, SPACE)),
            '-' if is("--") => (LineComment, run(rest, LINE)),
            '/' if is("/*") => (BlockComment, block_comment(rest)),
            '\'' => (String, string(rest, self.backslash_escapes)),
            'e' | 'E' if quote_at(1) => (String, 1 + string(&rest[1..], true)),
            'b' | 'B' | 'x' | 'X' if quote_at(1) => (String, 1 + string(&rest[1..], false)),
            'n' | 'N' if quote_at(1) => (String, 1 + string(&rest[1..], self.backslash_escapes)),
            'u' | 'U' if quote_at(2) && rest[1..].starts_with('&') => {
                (String, 2 + string(&rest[2..], false))
            }
            'u' | 'U' if rest[1..].starts_with("&\"") => {
                (QuotedName, 2 + quoted(&rest[2..], b'"', false))
            }
            '"' => (QuotedName, quoted(rest, b'"', false)),
            '$' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                (Parameter, 1 + run(&rest[1..], DIGIT))
            }
            '$' => dollar_string(rest).map_or((Other, 1), |length| (DollarString, length)),
            c if is_word_start(c) => (Word, run(rest, WORD)),
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

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_operator(c: char) -> bool {
    is_in(c, OPERATOR)
}

/// The length of an operator: it ends before a comment, and before a trailing sign unless it holds a character that
/// standard SQL has in no operator.
fn operator(rest: &str) -> usize {
    let mut end = run(rest, OPERATOR);
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
    let mut end = quoted(rest, b'\'', escapes);
    while let Some(gap) = continuation(&rest[end..]) {
        end += gap + quoted(&rest[end + gap..], b'\'', escapes);
    }
    end
}

fn continuation(rest: &str) -> Option<usize> {
    let mut at = 0;
    let mut newline = false;
    loop {
        let tail = &rest[at..];
        let space = run(tail, SPACE);
        newline |= tail[..space].contains(['\n', '\r']);
        at += space;
        let tail = &rest[at..];
        if tail.starts_with('\'') && newline {
            return Some(at);
        }
        if !tail.starts_with("--") {
            return None;
        }
        at += run(tail, LINE);
    }
}

fn quoted(rest: &str, quote: u8, escapes: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte == b'\\' && escapes {
            // A character beyond ASCII has no byte that is a quote or a backslash.
            at += 1;
        } else if byte == quote {
            if at < bytes.len() && bytes[at] == quote {
                at += 1;
            } else {
                return at;
            }
        }
    }
    rest.len()
}

fn dollar_string(rest: &str) -> Option<usize> {
    let length = run(&rest[1..], NAME);
    let starts_with_digit = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if starts_with_digit || !rest[1 + length..].starts_with('$') {
        return None;
    }
    let (tag, body) = rest.split_at(length + 2);
    let mut at = 0;
    // From one dollar to the next: the standard library's search for a character is optimized in every build.
    while let Some(dollar) = body[at..].find('$') {
        if body[at + dollar..].starts_with(tag) {
            return Some(tag.len() + at + dollar + tag.len());
        }
        at += dollar + 1;
    }
    Some(rest.len())
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
        check("1..2_0 1.e1 0x1.5", &["n 1", "m ..", "n 2_0", "n 1.e1", "n 0x1", "n .5"]);
    }

    #[test]
    fn underscores_in_numbers() {
        for number in ["1_000", "1_0_0", "1_0.0_1", ".0_1", "1_0.", "1_0e1_0", "1E-1_0", "0x_1F"] {
            check(number, &[&format!("n {number}")]);
        }
        for number in ["0xA_f", "0X_a_0", "0o1_7", "0O_17", "0b1_0", "0B_1_0"] {
            check(number, &[&format!("n {number}")]);
        }
        check("1_", &["n 1", "w _"]);
        check("1__0", &["n 1", "w __0"]);
        check("1_0_", &["n 1_0", "w _"]);
        check("1_.5", &["n 1", "w _", "n .5"]);
        check("1._5", &["n 1.", "w _5"]);
        check("1.5_", &["n 1.5", "w _"]);
        check("1_e5", &["n 1", "w _e5"]);
        check("1e_5", &["n 1", "w e_5"]);
        check("1e5_", &["n 1e5", "w _"]);
        check("1_a", &["n 1", "w _a"]);
        check("0_x1", &["n 0", "w _x1"]);
        check("0x_", &["n 0", "w x_"]);
        check("0x__1", &["n 0", "w x__1"]);
        check("0x1_", &["n 0x1", "w _"]);
        check("0x1_g", &["n 0x1", "w _g"]);
        check("_1 ._1 $1_0", &["w _1", "m .", "w _1", "p $1", "w _0"]);
    }

    #[test]
    fn digits_of_another_base() {
        check("0xG 0xFG", &["n 0", "w xG", "n 0xF", "w G"]);
        check("0o8 0o78", &["n 0", "w o8", "n 0o7", "n 8"]);
        check("0b2 0b1e", &["n 0", "w b2", "n 0b1", "w e"]);
        check("1x1 00x1", &["n 1", "w x1", "n 00", "w x1"]);
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
        any_input::rounds(20_000, |random| {
            let text = any_input::some(random, 23, &PIECES).concat();
            let mut lexer = tokens(&text);
            lexer.set_standard_conforming_strings(random.bool());
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
        });
    }
}
