//! The statements of a script, split by the rules of `psql`.

use super::lexer::tokens;
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
    pieces(script, false).0
}

/// Splits a script for `psql` into its statements and its commands, such as `\connect shop`.
///
/// A backslash begins a command only where a statement could begin. The command takes the rest of the line.
pub fn split_psql(script: &str) -> (Vec<Statement<'_>>, Vec<Statement<'_>>) {
    pieces(script, true)
}

fn pieces(script: &str, psql: bool) -> (Vec<Statement<'_>>, Vec<Statement<'_>>) {
    let mut lexer = tokens(script);
    let (mut statements, mut commands) = (Vec::new(), Vec::new());
    let mut current = Open::default();
    while let Some(token) = lexer.next() {
        if token.kind.is_trivia() {
            continue;
        }
        if psql && current.start.is_none() && token.text == "\\" {
            let end = token.end() + lexer.skip_line().trim_end().len();
            commands.push(Statement { text: &script[token.offset..end], offset: token.offset });
        } else if token.is_mark(";") && current.ends_here() {
            let set = current.standard_conforming_strings(script);
            current.finish(script, &mut statements);
            if let Some(on) = set {
                lexer.set_standard_conforming_strings(on);
            }
        } else {
            current.take(&token);
        }
    }
    current.finish(script, &mut statements);
    (statements, commands)
}

/// Returns true for a script without a statement: empty, or only white space, comments and semicolons.
pub fn is_blank(script: &str) -> bool {
    split(script).is_empty()
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
        match token.text {
            "(" | "[" => self.parens += 1,
            ")" | "]" => self.parens = self.parens.saturating_sub(1),
            text if token.kind == TokenKind::Word => {
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

    fn finish<'a>(&mut self, script: &'a str, statements: &mut Vec<Statement<'a>>) {
        if let Some(start) = self.start {
            statements.push(Statement { text: &script[start..self.end], offset: start });
        }
        *self = Open::default();
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
