//! The part of the changes that the tested branch has not made: what has shipped is ahead of it.

use super::{Change, Record, ShippedScript, ShippedVersions};
use crate::history::{History, Script};

impl Change {
    /// Whether the branch may be behind what has shipped, instead of wrong.
    pub(crate) fn may_be_behind(&self) -> bool {
        matches!(
            self,
            Change::Deleted { .. }
                | Change::UpEdited { .. }
                | Change::DownEdited { .. }
                | Change::Renamed { .. }
                | Change::Layout { .. }
        )
    }

    /// The same change, seen from the commit at which the branch has parted from what has shipped: where the branch has
    /// left everything as it was there, it is behind, and nothing is wrong with it.
    #[must_use]
    pub(crate) fn since(
        self,
        parted: &ShippedVersions,
        shipped: &ShippedVersions,
        history: &History,
        checksum: &dyn Fn(&Script) -> String,
    ) -> Change {
        let behind = |record: &Record, older| Change::Behind { record: record.clone(), older };
        match &self {
            Change::Deleted { record } if parted.get(&record.version.id).is_none() => {
                behind(record, false)
            }
            Change::UpEdited { version, .. }
            | Change::DownEdited { version, .. }
            | Change::Renamed { now: version, .. }
            | Change::Layout { version, .. } => {
                let unchanged = parted.get(&version.id).is_some_and(|then| {
                    let here = history.index_of(&version.id).map(|at| &history.migrations()[at]);
                    here.is_some_and(|now| same(then, &Record::of(now), checksum))
                });
                match shipped.get(&version.id) {
                    Some(record) if unchanged => behind(record, true),
                    _ => self,
                }
            }
            _ => self,
        }
    }
}

fn same(one: &Record, other: &Record, checksum: &dyn Fn(&Script) -> String) -> bool {
    let is = |one: &Option<ShippedScript>, other: &Option<ShippedScript>| match (one, other) {
        (Some(one), Some(other)) => {
            one.text.is_some() && one.text == other.text
                || one.checksum(checksum) == other.checksum(checksum)
        }
        (one, other) => one.is_none() && other.is_none(),
    };
    one.version == other.version
        && one.reversible == other.reversible
        && is(&one.up, &other.up)
        && is(&one.down, &other.down)
}
