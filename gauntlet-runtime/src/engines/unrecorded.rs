//! The reasons why an engine cannot write its own row after a script that passed.

use crate::history::{Direction, Script};
use crate::sql::{self, words};

/// A script passed, and then its engine could not write its row in the session that the script left.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unrecorded {
    /// The engine's name.
    pub engine: String,
    /// The setting that the script leaves changed, where its words show it.
    pub setting: Option<&'static str>,
    /// The rest of the version.
    pub rest: Rest,
    /// The script names the schema `public`, and the test's own schema stands in for that.
    pub of_isolation: bool,
}

/// The rest of a version whose row could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rest {
    /// Nothing: script and row are one transaction.
    Nothing,
    /// What the script did, without the row.
    Script,
    /// What the script did, and the row; the engine stopped behind that.
    All,
    /// The same, and the engine stopped at the end of its run.
    RunEnd,
}

impl Unrecorded {
    /// Whether an error of the bookkeeping with this SQLSTATE is one of finding or writing the row. Others come from the
    /// end of the script's transaction: a deferred constraint or trigger.
    pub(super) fn is(sqlstate: Option<&str>) -> bool {
        const UNDEFINED_TABLE: &str = "42P01";
        const INSUFFICIENT_PRIVILEGE: &str = "42501";
        const READ_ONLY: &str = "25006";
        const NO_SUCH_STATEMENT: &str = "26000";
        let states = [UNDEFINED_TABLE, INSUFFICIENT_PRIVILEGE, READ_ONLY, NO_SUCH_STATEMENT];
        sqlstate.is_some_and(|state| states.contains(&state))
    }

    /// Explains the error by the words of the script. `home` is the schema in which unqualified names land.
    pub(super) fn of(
        (engine, home): (&str, &str),
        script: &Script,
        sqlstate: Option<&str>,
        rest: Rest,
    ) -> Unrecorded {
        let words: Vec<String> = words(script.sql()).map(|(_, word)| word).collect();
        let has = |word: &str| words.iter().any(|one| one == word);
        let names = |setting: &str| has(setting) || script.sql().contains(&format!("'{setting}'"));
        let sets_role = words.windows(2).any(|two| two[0] == "set" && two[1] == "role")
            || words.windows(3).any(|three| three[0] == "set" && three[2] == "role")
            || script.sql().contains("'role'");
        let setting = match sqlstate {
            Some("25006") => ["default_transaction_read_only", "transaction_read_only"]
                .into_iter()
                .find(|setting| names(setting)),
            Some("26000") => None,
            Some("42501") if has("authorization") => Some("session_authorization"),
            Some("42501") if sets_role => Some("role"),
            _ if names("search_path") => Some("search_path"),
            _ if sets_role => Some("role"),
            _ => None,
        };
        let of_isolation = home != "public" && setting == Some("search_path") && has("public");
        Unrecorded { engine: engine.to_owned(), setting, rest, of_isolation }
    }

    /// The offset of the last statement that changes the setting.
    pub(super) fn place(&self, script: &Script) -> Option<usize> {
        let word = match self.setting? {
            "session_authorization" => "authorization",
            setting => setting,
        };
        let changes = |statement: &sql::Statement<'_>| {
            let text = statement.text.to_ascii_lowercase();
            text.contains(word) && (text.contains("set") || text.starts_with("do"))
        };
        sql::split(script.sql()).into_iter().rev().find(changes).map(|statement| statement.offset)
    }

    /// The fault, as a sentence without a full stop, whose subject is the script.
    pub fn title(&self, direction: Direction, version: &impl std::fmt::Display) -> String {
        self.sentence(&format!("the {direction} of {version}"), direction)
    }

    /// The fault of a script that was named just before.
    pub(super) fn cause(&self, direction: Direction) -> String {
        self.sentence("it", direction)
    }

    fn sentence(&self, script: &str, direction: Direction) -> String {
        let engine = &self.engine;
        let cannot = match direction {
            Direction::Up => format!("{engine} cannot record the version"),
            Direction::Down => format!("{engine} cannot remove the version's record"),
        };
        match self.setting {
            _ if self.rest == Rest::RunEnd => {
                format!("{script} leaves its session so that {engine} fails at the end of its run")
            }
            _ if self.of_isolation => format!(
                "{script} names the schema public in search_path, and {cannot}, because the test has another schema"
            ),
            Some(setting) => {
                format!("{script} leaves {setting} changed, so that {cannot}")
            }
            None => format!("{script} leaves its session so that {cannot}"),
        }
    }

    /// What is left, as a sentence without a full stop.
    pub fn consequence(&self) -> String {
        let engine = &self.engine;
        match self.rest {
            Rest::Nothing => format!(
                "{engine} writes its row in the script's own transaction, so the whole script is rolled back"
            ),
            Rest::Script => {
                "the script runs without a transaction: what it did stays, and the next run repeats it".to_owned()
            }
            Rest::RunEnd => {
                "the script is committed and recorded, and the deployment ends with an error".to_owned()
            }
            Rest::All => format!(
                "the script is committed and recorded, and {engine} stops there, before the versions after it"
            ),
        }
    }

    /// The line that the script lacks at its end.
    pub fn reset(&self) -> Option<String> {
        match self.setting? {
            "role" => Some("RESET ROLE;".to_owned()),
            "session_authorization" => Some("RESET SESSION AUTHORIZATION;".to_owned()),
            "transaction_read_only" => None,
            setting => Some(format!("RESET {setting};")),
        }
    }
}
