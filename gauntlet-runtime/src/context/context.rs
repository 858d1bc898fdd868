//! The context of a check.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::OnceCell;
use tokio::time::sleep;

use super::budgets::Budgets;
use super::project::Project;
use super::rules::Rules;
use super::settings::Settings;
use super::shared::Shared;
use gauntlet_plan::Check;

use crate::catalog::{Catalog, Difference, IgnoreCount, ObjectId};
use crate::error::{Error, Result};
use crate::finding::{Fact, Finding, Leftover, VersionSteps};
use crate::history::{History, VersionId};
use crate::isolation::{CONNECTIONS, IsolationError, Seat};
use crate::server::Server;
use crate::stage::{Observations, Stage, Stages, once};

/// The kind of the notes that count what was ignored.
pub(crate) const IGNORED: &str = "ignored";

/// The kind of the note on partitions, which are compared with a model on request.
pub(crate) const PARTITIONS: &str = "partitions_not_compared";

/// How long a context waits for its seat before it says so.
const SILENCE: Duration = Duration::from_secs(20);

/// The context of one check or one custom test.
///
/// The history is read once a suite; the server is found when it is first asked for.
#[derive(Debug)]
pub struct Context<'s> {
    settings: &'s Settings,
    shared: &'s Shared,
    project: Arc<Project>,
    rules: Arc<Rules>,
    observations: Observations,
    stages: OnceCell<Arc<Stages>>,
    seat: OnceCell<Result<Seat, IsolationError>>,
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
        let project = shared.project(settings)?;
        Ok(Context {
            settings,
            shared,
            rules: Arc::new(Rules::of(settings, Arc::clone(&project))),
            project,
            observations: Observations::default(),
            stages: OnceCell::new(),
            seat: OnceCell::new(),
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
        self.rules.walk()
    }

    /// The history as it was read, with the versions that the baseline stands for.
    pub(crate) fn whole_history(&self) -> &History {
        &self.project.whole
    }

    /// The budgets of the suite.
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.project.budgets
    }

    /// Returns true if a version is declared to have no way back, or lies at or below the downgrade floor or the
    /// baseline.
    pub fn stays(&self, version: &VersionId) -> bool {
        self.rules.stays(version)
    }

    /// The server: found or started when it is first asked for, one for the whole process. From then on the context has a seat
    /// on it.
    ///
    /// # Errors
    ///
    /// When none can be found or started, or it has no seat for another check.
    pub async fn server(&self) -> Result<Arc<Server>> {
        let context = self.settings.source_context();
        let server = Server::shared(&*self.settings.source, &context).await?;
        let seat = self.seat.get_or_init(|| self.wait_for_seat(&server));
        seat.await.as_ref().map_err(Clone::clone)?;
        Ok(server)
    }

    /// Waits for a seat. Has to come before everything that contexts share: whoever waits for a seat would let those wait who
    /// have one.
    async fn wait_for_seat(&self, server: &Arc<Server>) -> Result<Seat, IsolationError> {
        let mut seat = pin!(Seat::take(server));
        if let Either::Left((seat, _)) = select(seat.as_mut(), pin!(sleep(SILENCE))).await {
            return seat;
        }
        let line = format!(
            "waiting until other tests leave connections of {} free; a check uses up to {CONNECTIONS}\n",
            server.origin()
        );
        self.project.stage.sink.report(&line);
        seat.await
    }

    /// The stages of this check.
    ///
    /// # Errors
    ///
    /// When no server can be found or started.
    pub async fn stages(&self) -> Result<&Arc<Stages>> {
        let make = || async {
            let (config, observations) = (&self.project.stage, &self.observations);
            let server = self.server().await?;
            Ok(Arc::new(Stages::new(server, Arc::clone(config), observations.clone())))
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

    /// The rules by which the check compares.
    pub(crate) fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// See `Rules::diff_from_model`.
    pub fn diff_from_model(&self, model: &Catalog, head: &Catalog) -> Vec<Difference> {
        self.rules.diff_from_model(model, head)
    }

    /// See `Rules::diff_moments`.
    pub fn diff_moments(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        self.rules.diff_moments(expected, actual)
    }

    /// See `Rules::diff_databases`.
    pub fn diff_databases(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        self.rules.diff_databases(expected, actual)
    }

    /// See `Rules::mend`.
    pub fn mend(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        differences: &[Difference],
    ) -> Option<String> {
        self.rules.mend(expected, actual, differences)
    }

    /// The seat that the context has, and its observations, for a database that outlives it.
    pub(crate) fn into_parts(self) -> (Option<Seat>, Observations) {
        (self.seat.into_inner().and_then(Result::ok), self.observations)
    }

    /// The findings of the observers of this check's stages, each once.
    pub(crate) fn observed(&self) -> Vec<Finding> {
        once(&self.observations.all())
    }

    /// What the steps of this check's stages took and changed, in no order.
    pub(crate) fn steps(&self) -> Vec<VersionSteps> {
        self.observations.steps()
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
        let all = self.rules.comparisons();
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
