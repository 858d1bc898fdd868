//! The suite's rules: how two catalogs are compared, which versions stay, and what the comparisons of a check have left out.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::definition::definition;
use super::project::Project;
use super::settings::Settings;
use crate::catalog::{Catalog, Change, Diff, DiffOptions, Difference, NotCompared, ObjectId};
use crate::engines::Engine;
use crate::history::{History, Irreversible, VersionId};
use crate::repair;

/// The rules by which one check compares. They own all that they need, so that several tasks can compare at the same time.
#[derive(Debug)]
pub(crate) struct Rules {
    project: Arc<Project>,
    diff: DiffOptions,
    irreversible: Irreversible,
    downgrade_floor: Option<VersionId>,
    comparisons: Mutex<Comparisons>,
}

/// The objects and attributes that were not compared, over all comparisons of one check.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    pub(super) not_compared: BTreeSet<NotCompared>,
    /// The partitions of head and of the model.
    pub(super) partitions: BTreeSet<ObjectId>,
    pub(super) ignored: Diff,
    pub(super) count: usize,
}

impl Rules {
    pub(super) fn of(settings: &Settings, project: Arc<Project>) -> Rules {
        Rules {
            project,
            diff: settings.diff.clone(),
            irreversible: settings.irreversible.clone(),
            downgrade_floor: settings.downgrade_floor.clone(),
            comparisons: Mutex::default(),
        }
    }

    /// What the comparisons so far have left out.
    pub(super) fn comparisons(&self) -> MutexGuard<'_, Comparisons> {
        self.comparisons.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The versions that the tests walk through.
    pub(crate) fn walk(&self) -> &History {
        &self.project.walk
    }

    /// The engine that runs them.
    pub(crate) fn engine(&self) -> &dyn Engine {
        &*self.project.stage.engine
    }

    /// Returns true if seeds are planted on the way.
    pub(crate) fn has_seeds(&self) -> bool {
        !self.project.stage.seeds.is_empty()
    }

    /// Returns true if a version is declared to have no way back, or lies at or below the downgrade floor or the
    /// baseline.
    pub(crate) fn stays(&self, version: &VersionId) -> bool {
        let floor = self.downgrade_floor.as_ref();
        self.irreversible.contains(version)
            || floor.is_some_and(|floor| self.walk().is_at_or_below(version, floor))
            || self.project.stage.baseline.as_ref().is_some_and(|laid| laid.holds(version))
    }

    /// Compares head with a model by the suite's rules. An object that is missing or extra carries its definition as the
    /// value that is expected or found. What belongs to the database itself, which no dump of a database's
    /// contents has, counts as far as the model says anything of it.
    pub(crate) fn diff_from_model(&self, model: &Catalog, head: &Catalog) -> Vec<Difference> {
        let options = self.diff.clone().database_as_stated(true);
        with_definitions(self.diff_by(model, head, &options), model, head)
    }

    /// Compares two moments of one database by the suite's rules: partitions too, and a renamed object is one object.
    pub(crate) fn diff_moments(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        with_definitions(self.changes(expected, actual), expected, actual)
    }

    /// As [`diff_moments`](Self::diff_moments), without the definitions of what came and went.
    pub(crate) fn changes(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let options = self.diff.clone().partition_children(true).one_database(true);
        self.diff_by(expected, actual, &options)
    }

    /// Compares two databases of one history by the suite's rules, partitions too.
    pub(crate) fn diff_databases(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let options = self.diff.clone().partition_children(true);
        with_definitions(self.diff_by(expected, actual, &options), expected, actual)
    }

    fn diff_by(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        options: &DiffOptions,
    ) -> Vec<Difference> {
        let mut diff = expected.diff_with(actual, options);
        let differences = std::mem::take(&mut diff.differences);
        self.count(diff);
        differences
    }

    fn count(&self, mut diff: Diff) {
        let mut all = self.comparisons();
        all.not_compared.extend(std::mem::take(&mut diff.not_compared));
        all.partitions.extend(std::mem::take(&mut diff.partition_children));
        if all.count == 0 {
            all.ignored = diff;
        } else {
            all.ignored.absorb_counts(&diff);
        }
        all.count += 1;
    }

    /// The SQL that turns a moment of a database into an earlier one, as far as these differences go, if it is known. What was
    /// moved to another schema is moved back.
    pub(crate) fn mend_moments(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        differences: &[Difference],
    ) -> Option<String> {
        let Some((moves, back)) = repair::move_back(expected, actual, differences) else {
            return self.mend(expected, actual, differences);
        };
        let options = self.diff.clone().partition_children(true).one_database(true);
        let with_notes = !differences.iter().all(Difference::is_failure);
        let mut rest = expected.diff_with(&back, &options).differences;
        rest.retain(|difference| with_notes || difference.is_failure());
        let moves: String = moves.into_iter().map(|sql| sql + ";\n").collect();
        let plan = repair::mend(expected, &back, &rest);
        Some(moves + &plan.script() + &plan.by_hand(&rest))
    }

    /// What makes a later moment of a database fail, of all that is different from an earlier one. It is no comparison of the
    /// check: what it leaves out is not told.
    pub(crate) fn left(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let options = self.diff.clone().partition_children(true).one_database(true);
        let mut left = expected.diff_with(actual, &options).differences;
        left.retain(Difference::is_failure);
        left
    }

    /// The SQL that turns `actual` into `expected` as far as these differences go, if it is known.
    #[expect(clippy::unused_self, reason = "which SQL it is follows from the rules of the suite")]
    pub(crate) fn mend(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        differences: &[Difference],
    ) -> Option<String> {
        repair::mend(expected, actual, differences).whole_script(differences)
    }
}

/// Adds the definitions of the objects that are missing or extra.
fn with_definitions(
    mut differences: Vec<Difference>,
    expected: &Catalog,
    actual: &Catalog,
) -> Vec<Difference> {
    for difference in &mut differences {
        match difference.change {
            Change::Missing => difference.expected = definition(expected, &difference.object),
            Change::Extra => difference.actual = definition(actual, &difference.object),
            _ => {}
        }
    }
    differences
}
