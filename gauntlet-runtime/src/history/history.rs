//! A history: the ordered versions, each with its scripts.

use std::fmt;

use super::shipped::sha384;
use super::{HistoryError, Migration, Problem, Version, VersionId};

/// The migrations of a project in the order in which their engine runs them, and what is wrong with their files.
#[derive(Debug, Clone)]
pub struct History {
    origin: String,
    migrations: Vec<Migration>,
    problems: Vec<Problem>,
}

impl History {
    /// A history of these migrations, in the engine's order.
    ///
    /// `origin` says where they were read, as it stands in messages: `the folder db/migrations`.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Duplicate`] when two migrations have the same version. Where a source can hold that, the engine
    /// keeps one of them and adds a [`Problem::Duplicate`].
    pub fn new(
        origin: impl Into<String>,
        migrations: Vec<Migration>,
        problems: Vec<Problem>,
    ) -> Result<History, HistoryError> {
        let mut ids: Vec<&VersionId> = migrations.iter().map(Migration::id).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(HistoryError::Duplicate(twice[0].clone()));
        }
        Ok(History { origin: origin.into(), migrations, problems })
    }

    /// Several histories of one database as one, each after the other. The versions bear the name of their part.
    pub(crate) fn joined(
        parts: Vec<(String, History)>,
        problems: Vec<Problem>,
    ) -> Result<History, HistoryError> {
        let origins: Vec<&str> = parts.iter().map(|(_, part)| part.origin()).collect();
        let origin = origins.join(" and ");
        let (mut migrations, mut all) = (Vec::new(), problems);
        for (name, part) in parts {
            migrations.extend(part.migrations.into_iter().map(|one| one.in_part(&name)));
            all.extend(part.problems.into_iter().map(|one| one.in_part(&name)));
        }
        History::new(origin, migrations, all)
    }

    /// One of several histories, as its own engine knows it.
    pub(crate) fn part(&self, name: &str) -> History {
        let own = |migration: &&Migration| migration.id().part() == Some(name);
        let migrations = self.migrations.iter().filter(own).cloned().map(Migration::bare).collect();
        History { origin: self.origin.clone(), migrations, problems: self.problems.clone() }
    }

    /// The migrations at or below a version, and the history of those above it.
    pub(crate) fn cut_at(&self, version: &VersionId) -> (Vec<Migration>, History) {
        let (below, above): (Vec<_>, Vec<_>) = self
            .migrations
            .iter()
            .cloned()
            .partition(|migration| self.is_at_or_below(migration.id(), version));
        let (origin, problems) = (self.origin.clone(), self.problems.clone());
        (below, History { origin, migrations: above, problems })
    }

    /// Where the history was read from: `the folder migrations`, `the compiled Migrator`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The migrations, in the order in which they are applied.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The problems of the files; the check `single_head` reports them.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Checks that the engine runs this history, all of it and each version once.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Refused`] when it refuses the source or fails on it.
    #[doc(hidden)]
    pub fn runnable(&self) -> Result<(), HistoryError> {
        let why: Vec<String> = self.problems.iter().filter_map(Problem::refusal).collect();
        if why.is_empty() {
            return Ok(());
        }
        Err(HistoryError::Refused(why.join("\n  ")))
    }

    /// Returns true if at least one version has a down script.
    pub fn has_downs(&self) -> bool {
        self.migrations.iter().any(|m| m.down().is_some())
    }

    /// Everything that the way from base to head follows from, as texts: a script by its checksum.
    pub(crate) fn way_up(&self) -> impl Iterator<Item = String> + '_ {
        self.migrations.iter().flat_map(|migration| {
            let up = migration.up();
            [format!("{} {}", migration.version(), up.transactional), sha384(&up.text)]
        })
    }

    /// The versions that nothing follows: one, or none when the history is empty. What would make a second head (a
    /// version given twice) is among the [`problems`](Self::problems).
    pub fn heads(&self) -> Vec<&Version> {
        self.migrations.last().map(Migration::version).into_iter().collect()
    }

    /// The place of a version in [`migrations`](Self::migrations).
    #[doc(hidden)]
    pub fn index_of(&self, version: &VersionId) -> Option<usize> {
        self.migrations.iter().position(|m| m.id().matches(version))
    }

    /// Whether a version is at or below `floor`, in the engine's order. A floor that the history does not have lies
    /// where its number, or else its text, sorts it.
    #[doc(hidden)]
    pub fn is_at_or_below(&self, version: &VersionId, floor: &VersionId) -> bool {
        match (self.index_of(version), self.index_of(floor)) {
            (Some(version), Some(floor)) => version <= floor,
            _ => version <= floor,
        }
    }
}

/// One line a version, the head first, with its ways.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, migration) in self.migrations.iter().enumerate().rev() {
            let head = if at + 1 == self.migrations.len() { " (head)" } else { "" };
            let way = if migration.down().is_some() { "up, down" } else { "up" };
            let bare = if migration.up().transactional { "" } else { ", no transaction" };
            writeln!(f, "{}{head}: {way}{bare}", migration.version())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Script;

    fn history(ids: &[&str]) -> Result<History, HistoryError> {
        let migration = |id: &&str| Migration::new(Version::new(*id, ""), Script::new("SELECT 1"));
        History::new("a list", ids.iter().map(migration).collect(), Vec::new())
    }

    #[test]
    fn the_order_is_the_engines() {
        let history = history(&["b", "a"]).unwrap();
        assert_eq!(history.heads()[0].id, "a");
        assert!(history.is_at_or_below(&"b".into(), &"a".into()));
        assert!(!history.is_at_or_below(&"a".into(), &"b".into()));
    }

    #[test]
    fn a_floor_that_the_history_lacks_lies_where_it_sorts() {
        let history = history(&["b", "a"]).unwrap();
        assert!(history.is_at_or_below(&"b".into(), &"c".into()));
        assert!(history.is_at_or_below(&"c".into(), &"c".into()));
        assert!(!history.is_at_or_below(&"b".into(), &"aa".into()));
    }

    #[test]
    fn a_version_given_twice_is_an_error() {
        let error = history(&["a", "b", "a"]).unwrap_err();
        assert_eq!(error.to_string(), "read the migrations: version a is given twice");
    }
}
