//! Free numbers above what has shipped.

use std::collections::BTreeSet;

use super::ShippedVersions;
use crate::history::{History, Migration, VersionId};

/// Gives out numbers that put versions on top of what has shipped.
#[derive(Debug)]
pub struct Numbers {
    taken: BTreeSet<VersionId>,
    shipped: Vec<VersionId>,
}

impl Numbers {
    /// The numbers that neither a history nor what has shipped has.
    pub fn free(history: &History, shipped: &ShippedVersions) -> Numbers {
        let own = history.migrations().iter().map(Migration::id);
        let shipped: Vec<VersionId> =
            shipped.records().iter().map(|record| record.version.id.clone()).collect();
        Numbers { taken: own.chain(&shipped).cloned().collect(), shipped }
    }

    /// The next free number for a version, in its own history; `None` where versions are texts.
    pub fn take(&mut self, version: &VersionId) -> Option<i64> {
        let own = self.shipped.iter().filter(|id| id.part() == version.part());
        let mut number = own.filter_map(|id| id.bare().number()).max()?.checked_add(1)?;
        let id = |number: i64| match version.part() {
            Some(part) => VersionId::from(number).in_part(part),
            None => number.into(),
        };
        while !self.taken.insert(id(number)) {
            number = number.checked_add(1)?;
        }
        Some(number)
    }
}
