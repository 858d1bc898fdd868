//! What the words of a script say about its session, beyond what one cheap question to the server shows.

use std::collections::BTreeSet;

use crate::sql::{self, TokenKind};

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
    /// It makes functions, which may do all this when a later script calls them.
    functions: bool,
}

impl SessionWords {
    pub(super) fn of(script: &str) -> SessionWords {
        const FORGET: [&str; 2] = ["deallocate", "discard"];
        const LEAVE: [&str; 4] = ["prepare", "hold", "listen", "load"];
        const OWNERS_OF_SETTINGS: [&str; 4] = ["database", "role", "user", "system"];
        let mut words = SessionWords::default();
        let (mut behind_alter, mut behind_set, mut dot) = (false, false, false);
        let mut name: Option<String> = None;
        for token in sql::nested_tokens(script).filter(|token| token.kind != TokenKind::Space) {
            if token.is_mark(".") && name.is_some() {
                dot = true;
                continue;
            }
            let own = if behind_set || dot { token.name() } else { None };
            if let (Some(first), true, Some(second)) = (&name, dot, &own) {
                words.custom.insert(format!("{first}.{second}").to_lowercase());
            }
            dot = false;
            name = own.filter(|_| behind_set);
            let is = |list: &[&str]| list.iter().any(|word| token.is_word(word));
            behind_set = is(&["set"]) || behind_set && is(&["session", "local"]);
            words.affects |= behind_alter && is(&OWNERS_OF_SETTINGS) || is(&["load"]);
            behind_alter = is(&["alter"]);
            words.forgets_statements |= is(&FORGET);
            words.leaves |= is(&LEAVE);
        }
        let lower = script.to_ascii_lowercase();
        let has = |part: &str| lower.contains(part);
        words.custom.extend(arguments_of_set_config(&lower));
        // Also in a text that is executed.
        words.affects |= words.forgets_statements
            || OWNERS_OF_SETTINGS.iter().any(|owner| has(&format!("alter {owner} ")));
        words.leaves |= has("advisory") || has("set_config") || !words.custom.is_empty();
        words.unseen |=
            words.affects || has("currval") || has("lastval") || !words.custom.is_empty();
        words.functions = Self::makes_functions(script);
        words
    }

    /// Whether a script may make functions.
    pub(super) fn makes_functions(script: &str) -> bool {
        let script = script.to_ascii_lowercase();
        script.contains("function") || script.contains("procedure")
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

/// The literal names with a dot in calls of `set_config`.
fn arguments_of_set_config(script: &str) -> impl Iterator<Item = String> + '_ {
    script.split("set_config").skip(1).filter_map(|rest| {
        let quoted = rest.trim_start().strip_prefix('(')?.trim_start().strip_prefix('\'')?;
        let (name, _) = quoted.split_once('\'')?;
        let plain = name.chars().all(|c| c.is_alphanumeric() || "_.$".contains(c));
        (plain && name.contains('.')).then(|| name.to_owned())
    })
}

/// Returns true if a script may keep the server from counting what it writes, or set the counts back.
pub(super) fn meddles_with_counts(script: &str) -> bool {
    let script = script.to_ascii_lowercase();
    script.contains("track_counts") || script.contains("pg_stat_reset")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_meddles_with_counts_is_known() {
        assert!(meddles_with_counts("SET LOCAL Track_Counts = off"));
        assert!(meddles_with_counts("SELECT pg_stat_reset()"));
        assert!(!meddles_with_counts("CREATE TABLE counts (track integer)"));
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

    #[test]
    fn what_no_question_shows_is_known() {
        assert!(SessionWords::of("SELECT currval('s')").unseen);
        assert!(SessionWords::of("ALTER DATABASE shop SET search_path = a").unseen);
        assert!(SessionWords::of("DISCARD PLANS").forgets_statements);
        assert!(!SessionWords::of("ALTER TABLE users ADD role text").unseen);
    }
}
