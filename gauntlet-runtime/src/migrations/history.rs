//! A history: the ordered versions, each with its scripts.

use std::fmt;
use std::path::{Path, PathBuf};

use sqlx::migrate::Migration as SqlxMigration;

use super::Problem;
use crate::sql;

/// The direction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Applying a version.
    Up,
    /// Reverting a version.
    Down,
}

impl Direction {
    /// What a finding about a failure in this direction is called.
    pub(crate) fn failure(self) -> &'static str {
        match self {
            Direction::Up => "up_fails",
            Direction::Down => "down_fails",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Up => "up",
            Direction::Down => "down",
        })
    }
}

/// One script of a migration: its text and where it stands.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) file: Option<PathBuf>,
    pub(super) inner: SqlxMigration,
}

impl Script {
    /// The file, relative to the crate that owns the suite where it lies inside it; `None` when the script was
    /// compiled into a `Migrator`.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The script's text.
    pub fn sql(&self) -> &str {
        self.inner.sql.as_str()
    }

    /// Whether sqlx runs it outside of a transaction (`-- no-transaction` on the first line).
    pub fn no_transaction(&self) -> bool {
        self.inner.no_tx
    }

    /// Whether the script holds no statement.
    pub fn is_blank(&self) -> bool {
        sql::is_blank(self.sql())
    }
}

/// A version by number and name, as findings and steps carry it.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Version {
    /// The number before the first `_` of the file name.
    pub number: i64,
    /// The rest of the file name without its suffix, `_` kept.
    pub name: String,
}

impl fmt::Display for Version {
    /// As the file is called, without its suffix: `20240105_add_status`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.number, self.name)
    }
}

/// One migration: a version with its up and, where there is one, its down.
#[derive(Debug, Clone)]
pub struct Migration {
    pub(super) version: Version,
    pub(super) up: Script,
    pub(super) down: Option<Script>,
}

impl Migration {
    /// Number and name.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The version's number.
    pub fn number(&self) -> i64 {
        self.version.number
    }

    /// The script that applies the version.
    pub fn up(&self) -> &Script {
        &self.up
    }

    /// The script that reverts the version, if there is one.
    pub fn down(&self) -> Option<&Script> {
        self.down.as_ref()
    }

    /// The file in which the down stands, or in which it would have to stand.
    pub fn down_file(&self) -> Option<PathBuf> {
        if let Some(down) = &self.down {
            return down.file.clone();
        }
        let up = self.up.file.as_ref()?;
        let name = up.file_name()?.to_str()?;
        let stem = name.strip_suffix(".up.sql").or_else(|| name.strip_suffix(".sql"))?;
        Some(up.with_file_name(format!("{stem}.down.sql")))
    }
}

/// Which versions are declared to have no way back (`irreversible = ...`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Irreversible {
    /// None: every version has to be reversible. The default.
    #[default]
    None,
    /// Every version of the history.
    All,
    /// The versions with these numbers.
    Versions(Vec<i64>),
}

impl Irreversible {
    /// Whether this version is declared irreversible.
    pub fn contains(&self, version: i64) -> bool {
        match self {
            Irreversible::None => false,
            Irreversible::All => true,
            Irreversible::Versions(versions) => versions.contains(&version),
        }
    }
}

/// The migrations of a project in the order in which sqlx runs them, and what is odd about their files.
#[derive(Debug, Clone)]
pub struct History {
    pub(super) origin: String,
    pub(super) migrations: Vec<Migration>,
    pub(super) problems: Vec<Problem>,
    pub(super) table: String,
    pub(super) create_schemas: Vec<String>,
}

impl History {
    /// Where the history was read from: `the folder` as the user wrote it, or `the compiled Migrator`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The migrations, by ascending version.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// What is wrong with the files; the check `single_head` reports it.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// That sqlx runs this history, all of it and each version once.
    ///
    /// # Errors
    ///
    /// [`MigrationsError::Refused`](super::MigrationsError::Refused) when it refuses the folder or fails on it.
    pub fn runnable(&self) -> Result<(), super::MigrationsError> {
        let why: Vec<String> = self.problems.iter().filter_map(Problem::refusal).collect();
        if why.is_empty() {
            return Ok(());
        }
        Err(super::MigrationsError::Refused(why.join("\n  ")))
    }

    /// The unqualified name of sqlx's bookkeeping table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Whether at least one version has a down script.
    pub fn has_downs(&self) -> bool {
        self.migrations.iter().any(|m| m.down.is_some())
    }

    /// All that head follows from, as texts.
    pub(crate) fn way_up(&self) -> Vec<String> {
        let mut parts = vec![format!("{:?} {:?}", self.table, self.create_schemas)];
        for Migration { version, up, .. } in &self.migrations {
            let SqlxMigration { migration_type, no_tx, checksum, description, .. } = &up.inner;
            parts.push(format!("{version} {migration_type:?} {no_tx} {checksum:?}"));
            parts.push(description.to_string());
            parts.push(up.sql().to_owned());
        }
        parts
    }

    /// The schemas that are made before sqlx's bookkeeping table.
    pub(crate) fn create_schemas(&self) -> &[String] {
        &self.create_schemas
    }

    /// The versions that nothing follows. A history of sqlx is one line, so there is one, or none when it is empty;
    /// what would make a second head (a version given twice) is among the [`problems`](Self::problems).
    pub fn heads(&self) -> Vec<&Version> {
        self.migrations.last().map(Migration::version).into_iter().collect()
    }

    /// The place of a version in [`migrations`](Self::migrations), by its number.
    pub fn index_of(&self, number: i64) -> Option<usize> {
        self.migrations.binary_search_by_key(&number, |m| m.version.number).ok()
    }

    /// Finds a version by its number or by an unambiguous part of its name.
    ///
    /// `"20240105"`, `"add_status"` and `"status"` all find `20240105_add_status`. A whole name wins over a
    /// part of another.
    ///
    /// # Errors
    ///
    /// [`UnknownVersion`], with the candidates, when no version or more than one fits.
    pub fn find(&self, wanted: &str) -> Result<usize, UnknownVersion> {
        let key = wanted.trim().replace(' ', "_");
        if let Some(i) = key.parse().ok().and_then(|n| self.index_of(n)) {
            return Ok(i);
        }
        let full = |m: &Migration| format!("{}_{}", m.version.number, m.version.name);
        let whole: Vec<usize> = self.positions(|m| m.version.name == key || full(m) == key);
        let found =
            if whole.is_empty() { self.positions(|m| full(m).contains(&key)) } else { whole };
        match found[..] {
            [one] => Ok(one),
            [] => Err(UnknownVersion {
                wanted: wanted.into(),
                near: self.near(&key),
                ambiguous: false,
            }),
            _ => Err(UnknownVersion {
                wanted: wanted.into(),
                near: found.iter().take(8).map(|i| self.migrations[*i].version.clone()).collect(),
                ambiguous: true,
            }),
        }
    }

    fn positions(&self, test: impl Fn(&Migration) -> bool) -> Vec<usize> {
        (0..self.migrations.len()).filter(|i| test(&self.migrations[*i])).collect()
    }

    fn near(&self, key: &str) -> Vec<Version> {
        let digits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
        let wanted: Option<i64> = key.parse().ok();
        let mut scored: Vec<(usize, u64, &Version)> = self
            .migrations
            .iter()
            .map(|m| {
                let number = m.version.number.to_string();
                let text = if digits { number.as_str() } else { m.version.name.as_str() };
                let apart = wanted.map_or(0, |wanted| wanted.abs_diff(m.version.number));
                (strsim::levenshtein(key, text), apart, &m.version)
            })
            .collect();
        scored.sort();
        // What is nothing like it is no help, but for the very nearest.
        let most = key.chars().count().div_ceil(2);
        let near = scored.iter().enumerate().filter(|(i, (edits, ..))| *i == 0 || *edits <= most);
        near.take(3).map(|(_, (.., version))| (*version).clone()).collect()
    }
}

/// One line a version, the head first, with what it can do.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, migration) in self.migrations.iter().enumerate().rev() {
            let head = if at + 1 == self.migrations.len() { " (head)" } else { "" };
            let way = if migration.down.is_some() { "up, down" } else { "up" };
            let bare = if migration.up.no_transaction() { ", no transaction" } else { "" };
            writeln!(f, "{}{head}: {way}{bare}", migration.version)?;
        }
        Ok(())
    }
}

/// No version, or more than one, fits what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub struct UnknownVersion {
    /// What was asked for.
    pub wanted: String,
    /// The versions that come near, or all that fit.
    pub near: Vec<Version>,
    /// Whether more than one version fits.
    pub ambiguous: bool,
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |f: &mut fmt::Formatter<'_>| self.near.iter().try_for_each(|v| write!(f, "\n  {v}"));
        if self.ambiguous {
            write!(f, "more than one version fits \"{}\":", self.wanted)?;
            list(f)
        } else if self.near.is_empty() {
            write!(f, "no version fits \"{}\": the history is empty", self.wanted)
        } else {
            write!(f, "no version fits \"{}\"; the nearest are:", self.wanted)?;
            list(f)
        }
    }
}
