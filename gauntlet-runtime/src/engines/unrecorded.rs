//! The reasons why an engine cannot write its own row after a script that passed.

use crate::history::{Direction, Script};
use crate::sql::{self, words};

/// A script passed, and then its engine could not write its row in the session that the script left.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unrecorded {
    /// The engine's name.
    pub engine: String,
    /// The engine's table, as it names it.
    pub table: String,
    /// The setting that the script leaves changed, where its words show it.
    pub setting: Option<&'static str>,
    /// The words of the script show that it drops, renames or moves the table, or the schema of the table.
    pub moved: bool,
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

    /// Explains the error by the words of the script: the engine's name, its table as it names it, and the schema in which
    /// unqualified names land.
    pub(super) fn of(
        (engine, table, home): (&str, &str, &str),
        script: &Script,
        sqlstate: Option<&str>,
        rest: Rest,
    ) -> Unrecorded {
        let words: Vec<String> = words(script.sql()).map(|(_, word)| word).collect();
        let has = |word: &str| words.iter().any(|one| one == word);
        let changes = |setting: &str| {
            sql::split(script.sql()).iter().any(|statement| names(statement, setting))
        };
        let sets_role = words.windows(2).any(|two| two[0] == "set" && two[1] == "role")
            || words.windows(3).any(|three| three[0] == "set" && three[2] == "role")
            || script.sql().contains("'role'");
        let setting = match sqlstate {
            Some("25006") => ["default_transaction_read_only", "transaction_read_only"]
                .into_iter()
                .find(|setting| changes(setting)),
            Some("26000") => None,
            Some("42501") if has("authorization") => Some("session_authorization"),
            Some("42501") if sets_role => Some("role"),
            _ if changes("search_path") => Some("search_path"),
            _ if sets_role => Some("role"),
            _ => None,
        };
        let of_isolation = home != "public" && setting == Some("search_path") && has("public");
        let (engine, table) = (engine.to_owned(), table.to_owned());
        let mut unrecorded =
            Unrecorded { engine, table, setting, moved: false, rest, of_isolation };
        unrecorded.moved = setting.is_none()
            && sqlstate == Some("42P01")
            && sql::split(script.sql()).iter().any(|statement| unrecorded.is_moved_by(statement));
        unrecorded
    }

    /// The offset of the last statement that changes the setting, or takes the table away.
    pub(super) fn place(&self, script: &Script) -> Option<usize> {
        let at_fault = |statement: &sql::Statement<'_>| match self.setting {
            Some("session_authorization") => sets(statement, "authorization"),
            Some(setting) => names(statement, setting) && sets(statement, ""),
            None => self.moved && self.is_moved_by(statement),
        };
        let found = sql::split(script.sql()).into_iter().rev().find(at_fault);
        found.map(|statement| statement.offset)
    }

    /// Whether a statement drops, renames or moves the table, or a schema.
    fn is_moved_by(&self, statement: &sql::Statement<'_>) -> bool {
        let words: Vec<String> = words(statement.text).map(|(_, word)| word).collect();
        let has = |word: &str| words.iter().any(|one| one == word);
        let table = self.table.rsplit('.').next().unwrap_or(&self.table).trim_matches('"');
        let takes = has("drop") || has("rename") || has("schema");
        (has(table) && takes)
            || words.windows(2).any(|two| two[0] == "drop" && two[1] == "schema")
            || (words.windows(2).any(|two| two[0] == "alter" && two[1] == "schema")
                && has("rename"))
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
            None if self.moved => {
                format!("{script} takes away the table {}, so that {cannot}", self.table)
            }
            None => format!("{script} passes, but then {cannot}"),
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

    /// What to do where no line at the end of the script helps.
    pub(crate) fn advice(&self) -> String {
        let Unrecorded { engine, table, .. } = self;
        if self.rest == Rest::RunEnd {
            return "let the script end in the session in which it began".to_owned();
        }
        if self.moved {
            return format!("leave {table} where {engine} has made it");
        }
        format!("let the script leave its session, and the table {table}, as it found them")
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

/// Whether a statement names a setting of its own session. One that sets what later sessions begin with does not.
fn names(statement: &sql::Statement<'_>, setting: &str) -> bool {
    let words: Vec<String> = words(statement.text).map(|(_, word)| word).collect();
    let of_later_sessions = words.windows(2).any(|two| {
        two[0] == "alter" && matches!(two[1].as_str(), "role" | "user" | "database" | "system")
    });
    let is_named = words.iter().any(|word| word == setting)
        || statement.text.contains(&format!("'{setting}'"))
        // SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
        || (setting == "default_transaction_read_only"
            && words.iter().any(|word| word == "characteristics"));
    is_named && !of_later_sessions
}

/// Whether a statement sets something with this word.
fn sets(statement: &sql::Statement<'_>, word: &str) -> bool {
    let text = statement.text.to_ascii_lowercase();
    text.contains(word) && (text.contains("set") || text.starts_with("do"))
}
