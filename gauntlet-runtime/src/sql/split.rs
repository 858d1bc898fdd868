//! The statements of a script, split by the rules of `psql`.

use super::lexer::{Lexer, tokens};
use super::token::{Token, TokenKind};

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
///
/// Strings are read by the `standard_conforming_strings` that the script has set so far.
pub fn split(script: &str) -> Vec<Statement<'_>> {
    statements(script).collect()
}

/// The statements of a script, as [`split`] splits it, one after the other.
pub fn statements(script: &str) -> impl Iterator<Item = Statement<'_>> {
    let mut pieces = Pieces::of(script, false);
    std::iter::from_fn(move || pieces.next().map(|(statement, _)| statement))
}

/// Splits a script for `psql` into its statements and its commands, such as `\connect shop`.
///
/// A backslash begins a command only where a statement could begin. The command takes the rest of the line.
pub fn split_psql(script: &str) -> (Vec<Statement<'_>>, Vec<Statement<'_>>) {
    let (mut statements, mut commands) = (Vec::new(), Vec::new());
    let mut pieces = Pieces::of(script, true);
    while let Some((piece, is_command)) = pieces.next() {
        if is_command { commands.push(piece) } else { statements.push(piece) }
    }
    (statements, commands)
}

struct Pieces<'a> {
    script: &'a str,
    /// Whether commands of `psql` are among the statements.
    psql: bool,
    lexer: Lexer<'a>,
    current: Open,
}

impl<'a> Pieces<'a> {
    fn of(script: &'a str, psql: bool) -> Pieces<'a> {
        Pieces { script, psql, lexer: tokens(script), current: Open::default() }
    }

    /// The next statement, or the next command, and whether it is a command.
    fn next(&mut self) -> Option<(Statement<'a>, bool)> {
        let script = self.script;
        while let Some(token) = self.lexer.next() {
            if token.kind.is_trivia() {
                continue;
            }
            if self.psql && self.current.start.is_none() && token.text == "\\" {
                let end = token.end() + self.lexer.skip_line().trim_end().len();
                let text = &script[token.offset..end];
                return Some((Statement { text, offset: token.offset }, true));
            }
            if token.is_mark(";") && self.current.ends_here() {
                if let Some(on) = self.current.standard_conforming_strings(script) {
                    self.lexer.set_standard_conforming_strings(on);
                }
                if let Some(statement) = self.current.finish(script) {
                    return Some((statement, false));
                }
            } else {
                self.current.take(&token);
            }
        }
        Some((self.current.finish(script)?, false))
    }
}

/// Returns true for a script without a statement: empty, or only white space, comments and semicolons.
pub fn is_blank(script: &str) -> bool {
    statements(script).next().is_none()
}

/// The statement that is being read.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about the words read so far")]
struct Open {
    start: Option<usize>,
    end: usize,
    parens: usize,
    words: usize,
    creates: bool,
    sets: bool,
    routine: bool,
    atomic: usize,
    last_word_was_begin: bool,
}

impl Open {
    fn ends_here(&self) -> bool {
        self.parens == 0 && self.atomic == 0
    }

    fn take(&mut self, token: &Token<'_>) {
        self.start.get_or_insert(token.offset);
        self.end = token.end();
        let begin_before = std::mem::take(&mut self.last_word_was_begin);
        match (token.kind, token.text) {
            (TokenKind::Punctuation, "(" | "[") => self.parens += 1,
            (TokenKind::Punctuation, ")" | "]") => self.parens = self.parens.saturating_sub(1),
            // No other word decides anything.
            (TokenKind::Word, text) if self.routine || self.words < 4 => {
                self.word(&text.to_ascii_lowercase(), begin_before);
            }
            _ => {}
        }
    }

    /// The value that the statement sets `standard_conforming_strings` to, if it does.
    fn standard_conforming_strings(&self, script: &str) -> Option<bool> {
        if !self.sets {
            return None;
        }
        let all = tokens(&script[self.start?..self.end]);
        let mut rest = all.filter(|token| !token.kind.is_trivia()).skip(1);
        let is_scope = |token: &Token<'_>| token.is_word("session") || token.is_word("local");
        let name = rest.find(|token| !is_scope(token))?;
        if name.name()? != "standard_conforming_strings" {
            return None;
        }
        let value = rest.nth(1)?;
        match value.inside().map_or(value.text, |(inside, _)| inside).to_ascii_lowercase().as_str()
        {
            "off" | "false" | "no" | "0" => Some(false),
            _ => Some(true),
        }
    }

    // `CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC …; …; END` holds semicolons of its own.
    fn word(&mut self, word: &str, begin_before: bool) {
        self.words += 1;
        match (self.words, word) {
            (1, "create") => self.creates = true,
            (1, "set") => self.sets = true,
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

    fn finish<'a>(&mut self, script: &'a str) -> Option<Statement<'a>> {
        let open = std::mem::take(self);
        open.start.map(|start| Statement { text: &script[start..open.end], offset: start })
    }
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
    fn comments_are_not_statements() {
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
    fn strings_follow_the_setting_of_the_script() {
        check(
            "SET standard_conforming_strings = off; SELECT '\\';'; SET LOCAL standard_conforming_strings TO 'on'; SELECT '\\'; SELECT 2",
            &[
                "SET standard_conforming_strings = off",
                "SELECT '\\';'",
                "SET LOCAL standard_conforming_strings TO 'on'",
                "SELECT '\\'",
                "SELECT 2",
            ],
        );
    }

    #[test]
    fn commands_of_psql_take_a_line_where_a_statement_could_begin() {
        let script = "\\restrict a'b; c \nSELECT E'\n\\connect x\n';\n\\connect y";
        let (statements, commands) = split_psql(script);
        let texts =
            |all: &[Statement<'_>]| all.iter().map(|s| s.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&statements), ["SELECT E'\n\\connect x\n'"]);
        assert_eq!(texts(&commands), ["\\restrict a'b; c", "\\connect y"]);
        assert_eq!(commands[1].offset, script.len() - "\\connect y".len());
    }

    #[test]
    fn an_unfinished_quote_runs_to_the_end() {
        check("SELECT 'abc; SELECT 2", &["SELECT 'abc; SELECT 2"]);
        check("SELECT /* abc; SELECT 2", &["SELECT"]);
    }
}
