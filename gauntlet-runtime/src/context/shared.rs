//! The values that the checks of a suite share within a process: each is found once, by the check that needs it first.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::project::Project;
use super::settings::Settings;
use super::shipped::Found;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::finding::Finding;
use crate::model::SetAside;

/// Values that are found once a process and suite.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    project: OnceLock<Result<Arc<Project>, Arc<Error>>>,
    pub(super) shipped: OnceLock<Result<Arc<Found>, Arc<Error>>>,
    pub(super) at_shipped: OnceCell<Result<Arc<Catalog>, Arc<Error>>>,
    pub(super) head: OnceCell<Result<Arc<AtHead>, Arc<Error>>>,
    pub(super) models: OnceCell<Result<Arc<Vec<LoadedModel>>, Arc<Error>>>,
    pub(super) script: OnceCell<Result<Arc<str>, Arc<Error>>>,
}

impl Shared {
    /// The history and what follows from it, read at the first call.
    pub(super) fn project(&self, settings: &Settings) -> Result<Arc<Project>, Arc<Error>> {
        let read = || Project::read(settings).map(Arc::new).map_err(Arc::new);
        self.project.get_or_init(read).clone()
    }
}

/// The state at head.
#[derive(Debug)]
pub(super) struct AtHead {
    pub(super) catalog: Arc<Catalog>,
    /// What structs and enums state and head does not keep.
    pub(super) breaches: Result<Arc<Vec<Finding>>, Arc<Error>>,
}

impl AtHead {
    pub(super) fn new((catalog, breaches): (Catalog, Vec<Finding>)) -> AtHead {
        AtHead { catalog: Arc::new(catalog), breaches: Ok(Arc::new(breaches)) }
    }
}

/// A model that builds a whole schema, made real.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoadedModel {
    /// The name in findings.
    pub name: String,
    /// The SQL file that it is, if it is one.
    pub file: Option<PathBuf>,
    /// What it made.
    pub catalog: Catalog,
    /// The statements that were not run.
    pub set_aside: Vec<SetAside>,
}
