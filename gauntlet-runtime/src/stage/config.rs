//! The configuration of all stages of a suite: plain values.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::baseline::Laid;
use super::reach::Reach;
use super::seed::{Seed, When};
use crate::engines::Engine;
use crate::history::{History, VersionId};
use crate::isolation::Isolation;
use crate::sink::Sink;

/// The configuration of all stages of a suite.
#[derive(Debug)]
pub(crate) struct StageConfig {
    /// The name of the suite, for messages.
    pub(crate) suite: String,
    /// The folder at which relative paths start.
    pub(crate) manifest_dir: PathBuf,
    pub(crate) engine: Arc<dyn Engine>,
    /// The versions above the baseline.
    pub(crate) history: Arc<History>,
    /// The schema from which a stage starts, if that is not an empty one.
    pub(crate) baseline: Option<Laid>,
    /// `None`: a database of its own where the role may create databases, else a schema of its own.
    pub(crate) isolation: Option<Isolation>,
    /// The SQL file that the administrator runs before the first migration.
    pub(crate) setup: Option<PathBuf>,
    /// The role that runs the migrations, if that is not the administrator.
    pub(crate) as_role: Option<String>,
    /// How long a step may run before its progress is reported.
    pub(crate) patience: Duration,
    /// How long a step may take.
    pub(crate) timeout: Duration,
    /// Takes the lines about a run that is still going on.
    pub(crate) sink: Arc<dyn Sink>,
    /// True if the databases of failed tests stay.
    pub(crate) keep: bool,
    pub(crate) seeds: Vec<PlannedSeed>,
    /// What the scripts change beyond their database.
    pub(crate) reach: Reach,
}

/// A seed whose version exists in the history.
#[derive(Debug)]
pub(crate) struct PlannedSeed {
    pub(crate) version: VersionId,
    pub(crate) when: When,
    pub(crate) seed: Arc<Seed>,
}
