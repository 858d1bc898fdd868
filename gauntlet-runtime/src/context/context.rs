//! The context of a check.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::budgets::Budgets;
use super::definition::definition;
use super::project::Project;
use super::settings::Settings;
use super::shared::Shared;
use gauntlet_plan::Check;

use crate::catalog::{
    Catalog, Change, Diff, DiffOptions, Difference, IgnoreCount, NotCompared, ObjectId,
};
use crate::error::{Error, Result};
use crate::finding::{Fact, Finding, Leftover};
use crate::history::{History, VersionId};
use crate::repair;
use crate::server::{Server, SourceContext};
use crate::stage::{Observations, Stage, Stages, once};

/// The kind of the notes that count what was ignored.
pub(crate) const IGNORED: &str = "ignored";

/// The kind of the note on partitions, which are compared with a model on request.
pub(crate) const PARTITIONS: &str = "partitions_not_compared";

/// The context of one check or one custom test.
///
/// The history is read once a suite; the server is found when it is first asked for.
#[derive(Debug)]
pub struct Context<'s> {
    settings: &'s Settings,
    shared: &'s Shared,
    project: Arc<Project>,
    comparisons: Mutex<Comparisons>,
    observations: Observations,
    stages: OnceCell<Stages>,
}

/// The objects and attributes that were not compared, over all comparisons of one check.
#[derive(Debug, Default)]
struct Comparisons {
    not_compared: BTreeSet<NotCompared>,
    /// The partitions of head and of the model.
    partitions: BTreeSet<ObjectId>,
    ignored: Diff,
    count: usize,
}

impl<'s> Context<'s> {
    /// A context for a suite with these settings, whose contexts share `shared`.
    ///
    /// # Errors
    ///
    /// When the settings contradict themselves or the history, or the history cannot be read.
    pub(crate) fn new(
        settings: &'s Settings,
        shared: &'s Shared,
    ) -> Result<Context<'s>, Arc<Error>> {
        Ok(Context {
            settings,
            shared,
            project: shared.project(settings)?,
            comparisons: Mutex::default(),
            observations: Observations::default(),
            stages: OnceCell::new(),
        })
    }

    /// The suite's settings.
    pub(crate) fn settings(&self) -> &'s Settings {
        self.settings
    }

    pub(super) fn shared(&self) -> &'s Shared {
        self.shared
    }

    /// The data that is read once for all checks of the suite.
    pub(crate) fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// The versions that the tests walk through: the history, or what of it lies above the baseline.
    pub fn history(&self) -> &History {
        &self.project.walk
    }

    /// The history as it was read, with the versions that the baseline stands for.
    pub(crate) fn whole_history(&self) -> &History {
        &self.project.history
    }

    /// The budgets of the suite.
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.project.budgets
    }

    /// Returns true if a version is declared to have no way back, or lies at or below the downgrade floor or the
    /// baseline.
    pub fn stays(&self, version: &VersionId) -> bool {
        let floor = self.settings.downgrade_floor.as_ref();
        self.settings.irreversible.contains(version)
            || floor.is_some_and(|floor| self.history().is_at_or_below(version, floor))
            || self.project.stage.baseline.as_ref().is_some_and(|laid| laid.holds(version))
    }

    /// The server: found or started when it is first asked for, one for the whole process.
    ///
    /// # Errors
    ///
    /// When none can be found or started.
    pub async fn server(&self) -> Result<Arc<Server>> {
        let context = SourceContext::new(&self.settings.manifest_dir).with_env(&self.settings.env);
        Ok(Server::shared(&*self.settings.source, &context).await?)
    }

    /// The stages of this check.
    ///
    /// # Errors
    ///
    /// When no server can be found or started.
    pub async fn stages(&self) -> Result<&Stages> {
        let make = || async {
            let (config, observations) = (&self.project.stage, &self.observations);
            let server = self.server().await?;
            Ok(Stages::new(server, Arc::clone(config), observations.clone()))
        };
        self.stages.get_or_try_init(make).await
    }

    /// A new stage at base; see [`Stages::at_base`].
    ///
    /// # Errors
    ///
    /// When there is no server, the database cannot be created, or the setup fails.
    pub async fn stage(&self, label: &str) -> Result<Stage> {
        self.stages().await?.at_base(label).await
    }

    /// A new stage at base; see [`Stages::without_seeds`].
    ///
    /// # Errors
    ///
    /// When there is no server, the database cannot be created, or the setup fails.
    pub async fn stage_without_seeds(&self, label: &str) -> Result<Stage> {
        self.stages().await?.without_seeds(label).await
    }

    /// A new stage without the baseline and without seeds.
    ///
    /// # Errors
    ///
    /// When there is no server, the database cannot be created, or the setup fails.
    pub(crate) async fn stage_below_the_baseline(&self, label: &str) -> Result<Stage> {
        self.stages().await?.below_the_baseline(label).await
    }

    /// Compares head with a model by the suite's rules. An object that is missing or extra carries its definition as the
    /// value that is expected or found. What belongs to the database itself, which no dump of a database's
    /// contents has, counts as far as the model says anything of it.
    pub fn diff_from_model(&self, model: &Catalog, head: &Catalog) -> Vec<Difference> {
        let options = self.settings.diff.clone().database_as_stated(true);
        with_definitions(self.diff_by(model, head, &options), model, head)
    }

    /// Compares two moments of one database by the suite's rules: partitions too, and a renamed object is one object.
    pub fn diff_moments(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        with_definitions(self.changes(expected, actual), expected, actual)
    }

    /// As [`diff_moments`](Self::diff_moments), without the definitions of what came and went.
    pub(crate) fn changes(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let options = self.settings.diff.clone().partition_children(true).one_database(true);
        self.diff_by(expected, actual, &options)
    }

    /// Compares two databases of one history by the suite's rules, partitions too.
    pub fn diff_databases(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let options = self.settings.diff.clone().partition_children(true);
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
        let mut all = self.comparisons.lock().unwrap_or_else(PoisonError::into_inner);
        all.not_compared.extend(std::mem::take(&mut diff.not_compared));
        all.partitions.extend(std::mem::take(&mut diff.partition_children));
        if all.count == 0 {
            all.ignored = diff;
        } else {
            all.ignored.absorb_counts(&diff);
        }
        all.count += 1;
    }

    /// The findings of the observers of this check's stages, each once.
    pub(crate) fn observed(&self) -> Vec<Finding> {
        once(&self.observations.all())
    }

    /// Waits for a fault of the server in the middle of a step.
    pub(crate) async fn fault(&self) -> String {
        self.observations.fault().await
    }

    /// The databases and schemas that this check's stages have left in place.
    pub(crate) fn leftovers(&self) -> Vec<Leftover> {
        self.observations.leftovers()
    }

    /// Notes on what the comparisons of this check left out: kinds that the reader does not model, how much each
    /// ignore rule ignored, and rules that matched nothing.
    pub(crate) fn notes(&self, check: Check) -> Vec<Finding> {
        let all = self.comparisons.lock().unwrap_or_else(PoisonError::into_inner);
        if all.count == 0 {
            return Vec::new();
        }
        let not_compared = all.not_compared.iter().map(|thing| {
            Finding::note("not_compared", format!("not compared: {}", thing.what)).fact(&*thing.why)
        });
        let partitions = Some(&all.partitions)
            .filter(|partitions| check == Check::UpToDate && !partitions.is_empty())
            .map(partitions_not_compared);
        let used = all.ignored.ignored.iter().filter(|ignored| ignored.count > 0);
        let counted = used.map(|ignored| {
            let things = if ignored.count == 1 { "thing" } else { "things" };
            let title = format!("the rule `{}` ignored {} {things}", ignored.rule, ignored.count);
            Finding::note(IGNORED, title)
        });
        let judged = self.rules_judged_by(check);
        let idle = all.ignored.ignored.iter().take(judged).filter(|ignored| ignored.count == 0);
        let idle = idle.map(|IgnoreCount { rule, .. }| {
            Finding::note("idle_ignore_rule", format!("the rule `{rule}` ignores nothing"))
                .help("remove it, or correct it if it is misspelt")
        });
        not_compared.chain(partitions).chain(counted).chain(idle).collect()
    }

    /// The number of ignore rules, in their order, of which this check can say that no check of the suite needs them.
    ///
    /// Only the widest comparison of the suite can: that of head with the model, or the stairway where there is none.
    /// A rule on differences that head does not need may still be needed by a way down; a glob of tables is needed where a
    /// table matches it.
    fn rules_judged_by(&self, check: Check) -> usize {
        let all = &self.settings.diff;
        match check {
            Check::UpToDate if self.history().has_downs() => all.table_globs(),
            Check::UpToDate => usize::MAX,
            Check::Stairway if self.settings.model.is_none() => usize::MAX,
            _ => 0,
        }
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
        let options = self.settings.diff.clone().partition_children(true).one_database(true);
        let with_notes = !differences.iter().all(Difference::is_failure);
        let mut rest = expected.diff_with(&back, &options).differences;
        rest.retain(|difference| with_notes || difference.is_failure());
        let moves: String = moves.into_iter().map(|sql| sql + ";\n").collect();
        Some(moves + &repair::mend(expected, &back, &rest).script())
    }

    /// The SQL that turns `actual` into `expected` as far as these differences go, if it is known.
    pub fn mend(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        differences: &[Difference],
    ) -> Option<String> {
        let plan = repair::mend(expected, actual, differences);
        (!plan.steps.is_empty()).then(|| plan.script())
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

fn partitions_not_compared(partitions: &BTreeSet<ObjectId>) -> Finding {
    let title = match partitions.len() {
        1 => "1 partition is not compared with the model".to_owned(),
        n => format!("{n} partitions are not compared with the model"),
    };
    let mut finding = Finding::note(PARTITIONS, title);
    finding.facts.push(Fact::Objects(partitions.iter().map(ToString::to_string).collect()));
    finding.help("set `partitions = true` to compare them too")
}
