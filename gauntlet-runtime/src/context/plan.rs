//! What is to happen at single versions, besides their scripts: seeds and budgets, by the version's number.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::migrations::{History, UnknownVersion, Version};
use crate::stage::{Seed, When};
use crate::suite::Suite;

/// The suite's wishes about versions, found in the history.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) manifest_dir: PathBuf,
    pub(crate) seeds: Vec<Planned>,
    budget: Option<Duration>,
    budgets: Vec<(i64, Duration)>,
    pub(crate) as_role: Option<String>,
    pub(crate) patience: Duration,
    pub(crate) suite: String,
}

/// A seed whose version is known to be there.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) version: i64,
    pub(crate) when: When,
    pub(crate) seed: Arc<Seed>,
}

impl Plan {
    /// Looks up every version that the suite names.
    pub(crate) fn of(suite: &Suite, history: &History) -> Result<Plan, UnknownVersion> {
        let number = |wanted: &str| -> Result<i64, UnknownVersion> {
            Ok(history.migrations()[history.find(wanted)?].number())
        };
        let seeds = suite.seeds.iter().map(|(version, when, seed)| {
            Ok(Planned { version: number(version)?, when: *when, seed: Arc::clone(seed) })
        });
        let budgets = suite.budgets.iter().map(|(version, budget)| Ok((number(version)?, *budget)));
        Ok(Plan {
            manifest_dir: suite.manifest_dir.clone(),
            seeds: seeds.collect::<Result<_, UnknownVersion>>()?,
            budget: suite.budget,
            budgets: budgets.collect::<Result<_, UnknownVersion>>()?,
            as_role: suite.as_role.clone(),
            patience: suite.patience,
            suite: suite.name.clone(),
        })
    }

    /// The budget that the up of a version has passed, if it has one and has passed it.
    pub(crate) fn passed_by(&self, version: &Version, took: Duration) -> Option<Overrun> {
        let (_, budget) = self.budgets.iter().find(|(number, _)| *number == version.number)?;
        (took > *budget).then(|| Overrun {
            version: Some(version.clone()),
            budget: *budget,
            took,
            slowest: Vec::new(),
        })
    }

    /// The budget that a whole upgrade has passed, with its slowest versions.
    pub(crate) fn passed_by_all(&self, steps: &[(Version, Duration)]) -> Option<Overrun> {
        let budget = self.budget?;
        let took = steps.iter().map(|(_, took)| *took).sum();
        if took <= budget {
            return None;
        }
        let mut slowest = steps.to_vec();
        slowest.sort_by(|(_, a), (_, b)| b.cmp(a));
        slowest.truncate(3);
        Some(Overrun { version: None, budget, took, slowest })
    }
}

/// A budget that was passed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Overrun {
    /// The version; `None` when the budget is that of the whole upgrade.
    pub version: Option<Version>,
    /// How long it may take.
    pub budget: Duration,
    /// How long it took.
    pub took: Duration,
    /// For a whole upgrade: the slowest versions, the slowest first.
    pub slowest: Vec<(Version, Duration)>,
}

impl Overrun {
    /// What took too long, as a sentence without a full stop.
    pub fn title(&self) -> String {
        let what = match &self.version {
            Some(version) => format!("the up of {version}"),
            None => "the upgrade from base to head".to_owned(),
        };
        format!("{what} is over its budget of {:?}: it took {:.1?}", self.budget, self.took)
    }

    /// The slowest versions, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.slowest.iter().map(|(version, took)| format!("{took:>9.1?}  {version}")).collect()
    }
}

impl std::fmt::Display for Overrun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title())?;
        self.lines().iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
