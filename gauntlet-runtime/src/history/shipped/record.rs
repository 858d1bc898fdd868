//! The versions that have shipped, as far as they are known.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::history::{History, Migration, Script, Version, VersionId};

/// The versions that have shipped, in the order of their engine.
#[derive(Debug, Clone, Default)]
pub struct ShippedVersions {
    records: Vec<Record>,
    by_id: HashMap<String, usize>,
}

/// A version that has shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The version. Its name is empty where only the number is known.
    pub version: Version,
    /// Whether it was laid out to have a down.
    pub reversible: bool,
    /// Its up, unless only the number is known.
    pub up: Option<ShippedScript>,
    /// Its down, if it had one and its scripts are known.
    pub down: Option<ShippedScript>,
}

/// A script that has shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedScript {
    /// The engine's checksum.
    pub checksum: String,
    /// The text; a lock file does not have it.
    pub text: Option<String>,
    /// The file, as it was called; a lock file does not have it.
    pub file: Option<PathBuf>,
}

impl ShippedScript {
    /// Whether a script of today is this one to the engine.
    pub fn is(&self, script: &Script, checksum: &dyn Fn(&Script) -> String) -> bool {
        self.text.as_deref() == Some(script.sql()) || self.checksum == checksum(script)
    }
}

impl ShippedVersions {
    /// These versions, in the order of their engine.
    pub fn new(records: Vec<Record>) -> ShippedVersions {
        let ids = records.iter().map(|record| record.version.id.to_string());
        let by_id = ids.enumerate().map(|(index, id)| (id, index)).collect();
        ShippedVersions { records, by_id }
    }

    /// The versions of a history, all of them.
    pub fn of(history: &History, checksum: &dyn Fn(&Script) -> String) -> ShippedVersions {
        let records = history.migrations().iter().map(|migration| Record::of(migration, checksum));
        ShippedVersions::new(records.collect())
    }

    /// The versions of a history at or below one, without their scripts.
    pub fn up_to(history: &History, last: &VersionId) -> ShippedVersions {
        let at = history.index_of(last);
        let is_shipped = |(place, version): &(usize, &Version)| match at {
            Some(at) => *place <= at,
            None => version.id <= *last,
        };
        let shipped = history.migrations().iter().map(Migration::version).enumerate();
        let shipped = shipped.filter(is_shipped).map(|(_, version)| version);
        let record = |version: &Version| Record {
            version: version.clone(),
            reversible: false,
            up: None,
            down: None,
        };
        ShippedVersions::new(shipped.map(record).collect())
    }

    /// The versions.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The version of this number or text.
    pub fn get(&self, id: &VersionId) -> Option<&Record> {
        Some(&self.records[*self.by_id.get(&id.to_string())?])
    }

    /// The last version.
    pub fn head(&self) -> Option<&Version> {
        self.records.last().map(|record| &record.version)
    }
}

impl Record {
    /// A version of a history, with the checksums of its engine.
    pub fn of(migration: &Migration, checksum: &dyn Fn(&Script) -> String) -> Record {
        let script = |script: &Script| ShippedScript {
            checksum: checksum(script),
            text: Some(script.text.clone()),
            file: script.file.clone(),
        };
        Record {
            version: migration.version().clone(),
            reversible: migration.is_reversible(),
            up: Some(script(migration.up())),
            down: migration.down().map(script),
        }
    }
}
