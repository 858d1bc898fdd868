//! How to compare, and what came of it.

use std::fmt;

use super::{Difference, IgnoreRule};
use crate::catalog::{NotCompared, ObjectId};
use crate::names::{GlobError, Globs};

/// How [`Catalog::diff_with`](crate::catalog::Catalog::diff_with) compares. The default ignores nothing but partition children.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct DiffOptions {
    pub(super) tables: Vec<String>,
    pub(super) globs: Globs,
    /// What is ignored by name.
    pub ignore: Vec<IgnoreRule>,
    /// What is ignored by a function of the user: `true` ignores.
    pub ignore_fn: Option<fn(&Difference) -> bool>,
    /// Compare partition children, with all that hangs on them, too. Default: no.
    pub partition_children: bool,
    /// The expected catalog is a model that may say nothing of the database itself: settings, privileges and comment of
    /// the database count where the expected catalog has any; else they are listed as not compared. Default: no.
    pub database_as_stated: bool,
    /// Both catalogs are of one database, so that objects are paired by their rows in `pg_catalog` first: one that was
    /// renamed is one object, whatever else was changed. Default: no.
    pub one_database: bool,
}

impl DiffOptions {
    /// Nothing ignored but partition children.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the tables, views and sequences that a glob matches, with all that hangs on them.
    ///
    /// A glob (`events_20??_*`) is matched against the name, and against `schema.name` for objects
    /// outside the home schema.
    ///
    /// # Errors
    ///
    /// When a glob is malformed.
    pub fn ignore_tables(
        mut self,
        globs: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, GlobError> {
        self.tables.extend(globs.into_iter().map(|glob| glob.as_ref().to_owned()));
        self.globs = Globs::new(&self.tables)?;
        Ok(self)
    }

    /// Ignores one more thing.
    #[must_use]
    pub fn ignore(mut self, rule: IgnoreRule) -> Self {
        self.ignore.push(rule);
        self
    }

    /// Ignores the differences for which a function returns `true`.
    #[must_use]
    pub fn ignore_fn(mut self, function: fn(&Difference) -> bool) -> Self {
        self.ignore_fn = Some(function);
        self
    }

    /// Compares partition children too.
    #[must_use]
    pub fn partition_children(mut self, yes: bool) -> Self {
        self.partition_children = yes;
        self
    }

    /// Compares two moments of one database.
    #[must_use]
    pub fn one_database(mut self, yes: bool) -> Self {
        self.one_database = yes;
        self
    }

    /// Compares what belongs to the database itself only as far as the expected catalog says anything of it.
    #[must_use]
    pub fn database_as_stated(mut self, yes: bool) -> Self {
        self.database_as_stated = yes;
        self
    }

    /// The numbers of the globs that match a relation.
    pub(super) fn globs_for(&self, schema: Option<&str>, name: &str) -> Vec<usize> {
        if self.globs.is_empty() {
            return Vec::new();
        }
        let mut found = self.globs.matches(name);
        if let Some(schema) = schema {
            found.extend(self.globs.matches(&format!("{schema}.{name}")));
        }
        found
    }

    /// The number of globs, whose counts come first.
    pub(crate) fn table_globs(&self) -> usize {
        self.tables.len()
    }

    /// One count for each rule, in the order: globs, names, function.
    pub(super) fn counts(&self) -> Vec<IgnoreCount> {
        let globs = self.tables.iter().map(|glob| format!("ignore_tables = \"{glob}\""));
        let rules = self.ignore.iter().map(|rule| format!("ignore({rule})"));
        let function = self.ignore_fn.iter().map(|_| "ignore = <function>".to_owned());
        globs.chain(rules).chain(function).map(|rule| IgnoreCount { rule, count: 0 }).collect()
    }
}

impl fmt::Debug for DiffOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiffOptions")
            .field("tables", &self.tables)
            .field("ignore", &self.ignore)
            .field("ignore_fn", &self.ignore_fn.is_some())
            .field("partition_children", &self.partition_children)
            .field("database_as_stated", &self.database_as_stated)
            .field("one_database", &self.one_database)
            .finish_non_exhaustive()
    }
}

/// The number of differences that one ignore rule covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreCount {
    /// The rule as the user wrote it.
    pub rule: String,
    /// For a glob, the relations that it matched in either catalog; else the differences that it ignored.
    pub count: usize,
}

/// What came of a comparison.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Diff {
    /// What differs, in the order in which a person would mend it.
    pub differences: Vec<Difference>,
    /// One count for each ignore rule; those of several diffs are put together with [`Diff::absorb_counts`].
    pub ignored: Vec<IgnoreCount>,
    /// Partition children that were left out, in either catalog.
    pub partition_children: Vec<ObjectId>,
    /// What either catalog holds and the reader does not model.
    pub not_compared: Vec<NotCompared>,
}

impl Diff {
    /// Returns true if some difference fails a check.
    pub fn fails(&self) -> bool {
        self.differences.iter().any(Difference::is_failure)
    }

    /// Adds the counts of another diff that was made with the same options.
    pub fn absorb_counts(&mut self, other: &Self) {
        for (mine, theirs) in self.ignored.iter_mut().zip(&other.ignored) {
            mine.count += theirs.count;
        }
    }

    /// The rules that did nothing, as the user wrote them: each deserves a warning.
    pub fn idle_rules(&self) -> impl Iterator<Item = &str> {
        self.ignored
            .iter()
            .filter(|ignored| ignored.count == 0)
            .map(|ignored| ignored.rule.as_str())
    }
}
