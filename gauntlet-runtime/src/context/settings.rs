//! The settings of a suite, as its builder has collected them: plain values.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::interrupted_rules::InterruptedRules;
use super::lock_rules::LockRules;
use super::populated_rules::PopulatedRules;
use crate::catalog::DiffOptions;
use crate::engines::Engine;
use crate::env::Env;
use crate::history::shipped::{Shipped, ShippedBy};
use crate::history::{Irreversible, VersionId};
use crate::isolation::Isolation;
use crate::model::ModelSet;
use crate::names::Globs;
use crate::naming::NamingRules;
use crate::queries::QueryRules;
use crate::server::{AnySource, SourceContext};
use crate::sink::Sink;
use crate::stage::{Baseline, Seed, SeedFolder, When};

/// The settings of a suite.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The suite's name, as it stands in reports.
    pub(crate) name: String,
    /// The folder at which relative paths start.
    pub(crate) manifest_dir: PathBuf,
    /// The environment of the run.
    pub(crate) env: Env,
    /// Takes the lines about a run that is still going on.
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) source: AnySource,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) model: Option<ModelSet>,
    pub(crate) bless: bool,
    pub(crate) setup: Option<PathBuf>,
    pub(crate) isolation: Option<Isolation>,
    pub(crate) irreversible: Irreversible,
    pub(crate) downgrade_floor: Option<VersionId>,
    /// No version had a down script when the tests were built.
    pub(crate) built_without_downs: bool,
    pub(crate) baseline: Option<Baseline>,
    pub(crate) shipped: Option<Shipped>,
    pub(crate) strict: bool,
    pub(crate) diff: DiffOptions,
    pub(crate) naming: NamingRules,
    pub(crate) locks: LockRules,
    pub(crate) populated: PopulatedRules,
    pub(crate) interrupted: InterruptedRules,
    /// The tables that `locks` allows to be locked.
    pub(crate) locks_allowed: Globs,
    /// Queries of the program.
    pub(crate) queries: QueryRules,
    /// The git ref of the program that is deployed, where it is not that of `shipped`.
    pub(crate) compat: Option<String>,
    /// The files whose queries are not checked.
    pub(crate) queries_excepted: Globs,
    /// Seeds, with the versions as the user named them.
    pub(crate) seeds: Vec<(String, When, Arc<Seed>)>,
    pub(crate) seed_folder: Option<SeedFolder>,
    pub(crate) budget: Option<Duration>,
    /// Budgets of single versions, as the user named them.
    pub(crate) budgets: Vec<(String, Duration)>,
    pub(crate) as_role: Option<String>,
    pub(crate) patience: Duration,
    pub(crate) timeout: Duration,
    /// The least that counts as silence of the server.
    pub(crate) silence: Duration,
    pub(crate) walk: WalkSettings,
    /// The mistakes in the settings themselves; every check reports them.
    pub(crate) mistakes: Vec<String>,
}

impl Settings {
    /// How long nothing may come from the server. More than a step: a test may wait for steps of another one.
    pub(crate) fn silence(&self) -> Duration {
        // No clock goes on for ever.
        const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        self.silence.max(self.timeout.saturating_mul(3)).min(YEAR)
    }
}

/// How `stairway` walks: for tests and measurements. What it finds does not depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WalkSettings {
    /// The number of segments, where there can be several at all. `None`: as many as the machine, the server and the
    /// history allow.
    pub(crate) segments: Option<usize>,
    /// The segments are walked one after the other, so that the time of each is its own.
    pub(crate) in_turn: bool,
    /// The whole catalog is read after each step.
    pub(crate) reads_everything: bool,
}

impl Settings {
    /// What the source of the server may read, and where it reports.
    pub(crate) fn source_context(&self) -> SourceContext {
        let context = SourceContext::new(&self.manifest_dir).with_env(&self.env);
        context.with_sink(Arc::clone(&self.sink))
    }

    /// The git ref of the program that is deployed.
    pub(crate) fn release(&self) -> Option<&str> {
        match (&self.compat, &self.shipped) {
            (Some(reference), _) | (None, Some(Shipped { by: ShippedBy::Git(reference), .. })) => {
                Some(reference)
            }
            _ => None,
        }
    }
}
