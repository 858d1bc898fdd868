//! Free numbers above what has shipped.

use std::collections::BTreeSet;

use super::ShippedVersions;
use crate::history::{History, Migration, VersionId};

/// Gives out numbers that put versions on top of what has shipped.
#[derive(Debug)]
pub struct Numbers {
    taken: BTreeSet<i64>,
    last: Option<i64>,
}

impl Numbers {
    /// The numbers that neither a history nor what has shipped has.
    pub fn free(history: &History, shipped: &ShippedVersions) -> Numbers {
        let own = history.migrations().iter().map(Migration::id);
        let shipped_ids = shipped.records().iter().map(|record| &record.version.id);
        let taken = own.chain(shipped_ids).filter_map(VersionId::number).collect();
        let last = shipped.records().iter().filter_map(|r| r.version.id.number()).max();
        Numbers { taken, last }
    }

    /// The next free number; `None` where versions are texts.
    pub fn take(&mut self) -> Option<i64> {
        let mut number = self.last?.checked_add(1)?;
        while !self.taken.insert(number) {
            number = number.checked_add(1)?;
        }
        Some(number)
    }
}
