//! The project, read once a suite: the history, and what follows from it and the settings.

use std::sync::{Arc, OnceLock};

use super::budgets::Budgets;
use super::settings::Settings;
use crate::error::{Error, Result, SeedsError};
use crate::history::{History, UnknownVersion, VersionId};
use crate::regular_file;
use crate::server::digest;
use crate::stage::{Laid, PlannedSeed, Reach, StageConfig};

/// The history of a suite, and what follows from it and the settings.
#[derive(Debug)]
pub(crate) struct Project {
    /// The history as it was read.
    pub(crate) whole: Arc<History>,
    /// The versions above the baseline: those that the tests walk through.
    pub(crate) walk: Arc<History>,
    pub(crate) budgets: Budgets,
    pub(crate) stage: Arc<StageConfig>,
    /// For each number of versions, a digest of all that they follow from, up to head.
    digests: OnceLock<Vec<u64>>,
}

impl Project {
    /// Reads the history, and finds in it every version that the settings name.
    pub(crate) fn read(settings: &Settings) -> Result<Project> {
        let of_naming = settings.naming.mistakes().iter().map(|one| format!("`naming`: {one}"));
        let mistakes: Vec<String> = settings.mistakes.iter().cloned().chain(of_naming).collect();
        if !mistakes.is_empty() {
            return Err(Error::Usage(mistakes.join("\n")));
        }
        settings.engine.configure(&settings.manifest_dir)?;
        let history = Arc::new(settings.engine.read(&settings.manifest_dir)?);
        let (baseline, walk) = match &settings.baseline {
            None => (None, Arc::clone(&history)),
            Some(_) if !settings.engine.parts().is_empty() => {
                return Err(Error::Usage(SEVERAL.to_owned()));
            }
            Some(declared) => {
                let (laid, above) = Laid::of(declared, &history).map_err(Error::Usage)?;
                (Some(laid), Arc::new(above))
            }
        };
        let id = |wanted: &str| -> Result<VersionId, UnknownVersion> {
            Ok(history.migrations()[history.find(wanted)?].id().clone())
        };
        let seeds = settings.seeds.iter().map(|(version, when, seed)| {
            let version = id(version)
                .map_err(|unknown| SeedsError::Version { seed: seed.to_string(), unknown })?;
            Ok(PlannedSeed { version, when: *when, seed: Arc::clone(seed) })
        });
        let mut seeds = seeds.collect::<Result<Vec<_>, SeedsError>>()?;
        if let Some(folder) = &settings.seed_folder {
            seeds.extend(folder.read(&settings.manifest_dir, &history)?);
        }
        let of_baseline = |seed: &&PlannedSeed| walk.index_of(&seed.version).is_none();
        if let Some(PlannedSeed { version, seed, .. }) = seeds.iter().find(of_baseline) {
            return Err(Error::Usage(format!(
                "the seed {seed} is for version {version}, for which the baseline stands: no test runs it; remove the seed, or give it a version above"
            )));
        }
        let budgets = settings.budgets.iter().map(|(version, budget)| Ok((id(version)?, *budget)));
        let budgets = budgets.collect::<Result<_, UnknownVersion>>()?;
        let setup = settings.setup.as_ref().map(|file| settings.manifest_dir.join(file));
        // One that cannot be read is reported when it is to run.
        let setup = setup.and_then(|file| regular_file::read_to_string(&file).ok());
        let stage = StageConfig {
            suite: settings.name.clone(),
            engine: Arc::clone(&settings.engine),
            manifest_dir: settings.manifest_dir.clone(),
            isolation: settings.isolation,
            setup: settings.setup.clone(),
            as_role: settings.as_role.clone(),
            patience: settings.patience,
            timeout: settings.timeout,
            sink: Arc::clone(&settings.sink),
            keep: settings.env.keep(),
            seeds,
            reach: Reach::of(&history, setup.as_deref()),
            history: Arc::clone(&walk),
            baseline,
        };
        Ok(Project {
            whole: history,
            walk,
            budgets: Budgets { total: settings.budget, versions: budgets },
            stage: Arc::new(stage),
            digests: OnceLock::new(),
        })
    }

    /// A digest of the scripts of this many versions of the walk.
    pub(super) fn digest_of(&self, versions: usize) -> u64 {
        let digests = self.digests.get_or_init(|| {
            let mut digests = vec![digest(&[])];
            for migration in self.walk.migrations() {
                let (before, up) = (digests[digests.len() - 1].to_string(), migration.up());
                let version = format!("{} {}", migration.version(), up.transactional);
                digests.push(digest(&[&before, &version, &up.text]));
            }
            digests
        });
        digests[versions]
    }
}

/// Where the versions of one history end is no place in another.
const SEVERAL: &str = "`baseline` stands for the first versions of one history; with several histories, give each a suite of its own, with the other's schema as its `setup`";
