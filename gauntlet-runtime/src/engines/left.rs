//! The things that a script leaves in its session: data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A session setting that a script left changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SettingChange {
    /// The setting's name, as in `SHOW`; `role` and `session_authorization` are among them.
    pub name: String,
    /// Its value in a new session.
    pub before: String,
    /// Its value after the script.
    pub after: String,
}

impl fmt::Display for SettingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from `{}` to `{}`", self.name, self.before, self.after)
    }
}

/// A thing that a script leaves in its session, where the versions of the same run find it, and those of another do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionItem {
    /// A setting that is not that of a new session.
    Setting(SettingChange),
    /// A temporary object.
    Temporary {
        /// The kind as in `DROP`: `table`, `sequence`, `view`, `function`, `type`.
        kind: String,
        /// The name, unquoted.
        name: String,
    },
    /// A statement made by `PREPARE`.
    Prepared(String),
    /// A cursor made `WITH HOLD`.
    Cursor(String),
    /// An advisory lock of the session, by its key.
    AdvisoryLock(String),
    /// A channel of `LISTEN`.
    Channel(String),
}

impl SessionItem {
    /// The setting of this name: one with a dot in it is known to the session only once it has been set.
    pub(crate) fn is_custom(&self) -> bool {
        matches!(self, SessionItem::Setting(change) if change.name.contains('.'))
    }

    /// The name, without the kind.
    pub fn name(&self) -> &str {
        match self {
            SessionItem::Setting(change) => &change.name,
            SessionItem::Temporary { name, .. }
            | SessionItem::Prepared(name)
            | SessionItem::Cursor(name)
            | SessionItem::AdvisoryLock(name)
            | SessionItem::Channel(name) => name,
        }
    }

    /// Whether the outcome of a later script may depend on it. Time limits and the amount of memory and of messages
    /// decide how a script runs, not what it makes.
    pub fn matters(&self) -> bool {
        const HARMLESS: [&str; 12] = [
            "application_name",
            "client_min_messages",
            "deadlock_timeout",
            "idle_in_transaction_session_timeout",
            "idle_session_timeout",
            "lock_timeout",
            "log_min_messages",
            "maintenance_work_mem",
            "max_parallel_maintenance_workers",
            "max_parallel_workers_per_gather",
            "statement_timeout",
            "work_mem",
        ];
        !matches!(self, SessionItem::Setting(change) if HARMLESS.contains(&change.name.as_str()))
    }
}

/// `temporary table staging`, `setting TimeZone`.
impl fmt::Display for SessionItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionItem::Setting(change) => write!(f, "setting {}", change.name),
            SessionItem::Temporary { kind, name } => write!(f, "temporary {kind} {name}"),
            SessionItem::Prepared(name) => write!(f, "prepared statement {name}"),
            SessionItem::Cursor(name) => write!(f, "cursor {name}"),
            SessionItem::AdvisoryLock(key) => write!(f, "advisory lock {key}"),
            SessionItem::Channel(name) => write!(f, "channel {name}"),
        }
    }
}
