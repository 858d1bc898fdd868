//! What the words of a script say about its session, beyond what one cheap question to the server shows.

use std::collections::BTreeSet;

use crate::sql::{self, Parts, Token, TokenKind};

/// What a script may do to its session, or read from it, by its words.
#[derive(Debug, Default, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about the words of a script")]
pub(super) struct SessionWords {
    /// Settings with a dot in their names, in lower case. No list of the server has those that no library owns.
    pub(super) custom: BTreeSet<String>,
    /// It may leave a prepared statement, a cursor, an advisory lock, a channel, or a setting that the sum does not hold.
    pub(super) leaves: bool,
    /// It removes the prepared statements of the session, those of the driver among them.
    pub(super) forgets_statements: bool,
    /// It reads or changes what no question shows: the last values of sequences, statements of the driver, libraries,
    /// settings of new sessions. Only a new session is a new one to it, or after it.
    pub(super) unseen: bool,
    /// What no question shows may decide the outcome of later scripts.
    pub(super) affects: bool,
    /// It reads last values of sequences or removes prepared statements, which are other ones in a session that was used.
    pub(super) wants_new: bool,
    /// It may keep the server from counting what it writes, or set the counts back.
    pub(super) meddles_with_counts: bool,
    /// It makes functions, which may do all this when a later script calls them.
    functions: bool,
}

/// The parts of a script that are looked for: first [`WORDS`] and `alter`, then what may be a part of a word.
static PARTS: Parts<20> = Parts::new([
    "set",
    "deallocate",
    "discard",
    "prepare",
    "hold",
    "listen",
    "load",
    "alter",
    "advisory",
    "set_config",
    "currval",
    "lastval",
    "function",
    "procedure",
    "track_counts",
    "pg_stat_reset",
    "database",
    "role",
    "user",
    "system",
]);

// Places in `PARTS`.
const DEALLOCATE: usize = 1;
const DISCARD: usize = 2;
const ALTER: usize = 7;
const ADVISORY: usize = 8;
const SET_CONFIG: usize = 9;
const CURRVAL: usize = 10;
const LASTVAL: usize = 11;
const FUNCTION: usize = 12;
const PROCEDURE: usize = 13;
const TRACK_COUNTS: usize = 14;
const STAT_RESET: usize = 15;
const OWNERS: [usize; 4] = [16, 17, 18, 19];
const OWNERS_OF_SETTINGS: [&str; 4] = ["database", "role", "user", "system"];

/// What of [`PARTS`] a script has.
#[derive(Default)]
struct Mentions {
    /// The parts, by bits.
    parts: u32,
    /// Those that may be words of their own, by bits.
    words: u32,
    /// `alter` with a space and an owner of settings behind it.
    alters_owner: bool,
    custom: BTreeSet<String>,
}

impl Mentions {
    fn of(script: &str) -> Mentions {
        let mut mentions = Mentions::default();
        let bytes = script.as_bytes();
        PARTS.places(script, |place, at| {
            let bit = 1 << place;
            mentions.parts |= bit;
            if place <= ALTER && mentions.words & bit == 0 {
                // A superset of what the lexer takes for a word: a digit ends a number, and dollars a quote.
                let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
                let length = if place == ALTER { 5 } else { WORDS[place].len() };
                let after = bytes.get(at + length).copied().unwrap_or(b' ');
                let goes_on = after.is_ascii_alphanumeric() || after == b'_' || !after.is_ascii();
                if !before.is_ascii_alphabetic() && before != b'_' && !goes_on {
                    mentions.words |= bit;
                }
            }
            match place {
                ALTER if !mentions.alters_owner => {
                    let rest = script[at + 5..].strip_prefix(' ');
                    mentions.alters_owner = rest.is_some_and(begins_with_owner);
                }
                SET_CONFIG => mentions.custom.extend(argument(&script[at + 10..])),
                _ => {}
            }
        });
        mentions
    }

    fn has(&self, parts: &[usize]) -> bool {
        parts.iter().any(|place| self.parts & (1 << place) != 0)
    }
}

/// The words among [`PARTS`] that mean something by themselves.
const WORDS: [&str; 7] = ["set", "deallocate", "discard", "prepare", "hold", "listen", "load"];

/// Also in a text that is executed.
fn begins_with_owner(text: &str) -> bool {
    let bytes = text.as_bytes();
    OWNERS_OF_SETTINGS.iter().any(|owner| {
        let there = bytes.get(..owner.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(owner.as_bytes()))
            && bytes.get(owner.len()) == Some(&b' ')
    })
}

/// Whether a token can be one of [`WORDS`], or `alter`: a glance that costs little for each of the tokens of a large script.
fn may_count(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Word
        && token.text.len() <= 10
        && matches!(token.text.as_bytes()[0] | 0x20, b'a' | b'd' | b'h' | b'l' | b'p' | b's')
}

impl SessionWords {
    pub(super) fn of(script: &str) -> SessionWords {
        let mentions = Mentions::of(script);
        let mut words = SessionWords::default();
        let of_words = mentions.words & !(1 << ALTER) != 0;
        if of_words || mentions.words != 0 && mentions.has(&OWNERS) {
            words.read(script);
        }
        words.conclude(&mentions);
        words
    }

    fn conclude(&mut self, mentions: &Mentions) {
        let words = self;
        words.custom.extend(mentions.custom.iter().cloned());
        words.affects |= words.forgets_statements || mentions.alters_owner;
        words.leaves |= mentions.has(&[ADVISORY, SET_CONFIG]) || !words.custom.is_empty();
        words.unseen |=
            words.affects || mentions.has(&[CURRVAL, LASTVAL]) || !words.custom.is_empty();
        words.wants_new = mentions.has(&[DEALLOCATE, DISCARD, CURRVAL, LASTVAL]);
        words.functions = mentions.has(&[FUNCTION, PROCEDURE]);
        words.meddles_with_counts = mentions.has(&[TRACK_COUNTS, STAT_RESET]);
    }

    /// Reads the tokens, also those in strings and comments.
    fn read(&mut self, script: &str) {
        const FORGET: [&str; 2] = ["deallocate", "discard"];
        const LEAVE: [&str; 4] = ["prepare", "hold", "listen", "load"];
        let (mut behind_alter, mut behind_set, mut dot) = (false, false, false);
        let mut name: Option<String> = None;
        for token in sql::nested_tokens(script).filter(|token| token.kind != TokenKind::Space) {
            let idle = !behind_alter && !behind_set && !dot && name.is_none();
            if idle && !may_count(&token) {
                continue;
            }
            if token.is_mark(".") && name.is_some() {
                dot = true;
                continue;
            }
            let own = if behind_set || dot { token.name() } else { None };
            if let (Some(first), true, Some(second)) = (&name, dot, &own) {
                self.custom.insert(format!("{first}.{second}").to_lowercase());
            }
            dot = false;
            name = own.filter(|_| behind_set);
            let is = |list: &[&str]| list.iter().any(|word| token.is_word(word));
            behind_set = is(&["set"]) || behind_set && is(&["session", "local"]);
            self.affects |= behind_alter && is(&OWNERS_OF_SETTINGS) || is(&["load"]);
            behind_alter = is(&["alter"]);
            self.forgets_statements |= is(&FORGET);
            self.leaves |= is(&LEAVE);
        }
    }

    /// Adds what functions of earlier scripts may do.
    pub(super) fn or_calls(&mut self, earlier: &SessionWords) {
        self.custom.extend(earlier.custom.iter().cloned());
        self.leaves |= earlier.leaves;
        self.unseen |= earlier.unseen;
        self.affects |= earlier.affects;
        self.forgets_statements |= earlier.forgets_statements;
    }

    /// Returns true if a later script can do this by calling a function.
    pub(super) fn outlives(&self) -> bool {
        self.functions && (self.leaves || self.unseen)
    }
}

/// The literal name with a dot in the arguments of a call of `set_config`.
fn argument(rest: &str) -> Option<String> {
    let quoted = rest.trim_start().strip_prefix('(')?.trim_start().strip_prefix('\'')?;
    let (name, _) = quoted.split_once('\'')?;
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_.$".contains(c));
    (plain && name.contains('.')).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_meddles_with_counts_is_known() {
        let meddles = |script: &str| SessionWords::of(script).meddles_with_counts;
        assert!(meddles("SET LOCAL Track_Counts = off"));
        assert!(meddles("SELECT pg_stat_reset()"));
        assert!(!meddles("CREATE TABLE counts (track integer)"));
    }

    #[test]
    fn settings_with_a_dot_are_found() {
        let custom = |script: &str| {
            SessionWords::of(script).custom.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            custom("SET pg_trgm.similarity_threshold = 0.5"),
            "pg_trgm.similarity_threshold"
        );
        assert_eq!(custom("set  session\n my.tenant TO 'a'"), "my.tenant");
        assert_eq!(custom("SELECT SET_CONFIG( 'a.b', '1', false)"), "a.b");
        assert_eq!(custom("UPDATE t SET a = 1; ALTER TABLE a.t ALTER b SET NOT NULL"), "");
    }

    /// Scripts whose tokens are not read have none that would say anything.
    #[test]
    fn reading_each_script_finds_no_more() {
        const PIECES: [&str; 40] = [
            "set",
            "SET ",
            "session ",
            "local ",
            "a",
            ".",
            "b",
            " ",
            "\n",
            "'",
            "''",
            "$$",
            "$x$",
            "$",
            "alter",
            "alter ",
            "role",
            "role ",
            "database ",
            "user",
            "system ",
            "load",
            "hold",
            "listen",
            "prepare",
            "discard",
            "deallocate",
            "1",
            "_",
            "ä",
            "\u{feff}",
            "--",
            "/*",
            "*/",
            "\"",
            "E'",
            "\\",
            "=",
            ";",
            "set_config('a.b'",
        ];
        let mut random = fastrand::Rng::with_seed(1);
        let (mut read, mut unread) = (0, 0);
        for _ in 0..20_000 {
            let script: String =
                (0..random.usize(..12)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
            let found = SessionWords::of(&script);
            let mut all = SessionWords::default();
            all.read(&script);
            if all.leaves || all.affects || !all.custom.is_empty() {
                read += 1;
            } else {
                unread += 1;
            }
            all.conclude(&Mentions::of(&script));
            assert_eq!(format!("{found:?}"), format!("{all:?}"), "{script:?}");
        }
        assert!(read > 1000 && unread > 1000, "{read} {unread}");
    }

    #[test]
    fn what_no_question_shows_is_known() {
        assert!(SessionWords::of("SELECT currval('s')").unseen);
        assert!(SessionWords::of("ALTER DATABASE shop SET search_path = a").unseen);
        assert!(SessionWords::of("DISCARD PLANS").forgets_statements);
        assert!(!SessionWords::of("ALTER TABLE users ADD role text").unseen);
    }
}
