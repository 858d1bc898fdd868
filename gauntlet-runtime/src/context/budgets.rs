//! Budgets: how long the up of a version, or the whole upgrade, may take.

use std::time::Duration;

use crate::error::Overrun;
use crate::history::{Version, VersionId};

/// The budgets of a suite, by version.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    pub(super) total: Option<Duration>,
    pub(super) versions: Vec<(VersionId, Duration)>,
}

impl Budgets {
    /// Returns true if nothing is limited.
    pub(crate) fn is_empty(&self) -> bool {
        self.total.is_none() && self.versions.is_empty()
    }

    /// The budget that the up of a version has exceeded, if it has one.
    pub(crate) fn exceeded_by(&self, version: &Version, took: Duration) -> Option<Overrun> {
        let (_, budget) = self.versions.iter().find(|(id, _)| *id == version.id)?;
        (took > *budget).then(|| Overrun {
            version: Some(version.clone()),
            budget: *budget,
            took,
            slowest: Vec::new(),
        })
    }

    /// The budget that a whole upgrade has exceeded, with its slowest versions.
    pub(crate) fn exceeded_by_all(&self, steps: &[(Version, Duration)]) -> Option<Overrun> {
        let budget = self.total?;
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
