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
    /// The engine's checksum, where it is not that of the text by the rules of today.
    pub checksum: Option<String>,
    /// The text; a lock file does not have it.
    pub text: Option<String>,
    /// The file, as it was called; a lock file does not have it.
    pub file: Option<PathBuf>,
}

impl ShippedScript {
    /// Whether a script of today is this one to the engine. Texts that are equal are not hashed.
    #[doc(hidden)]
    pub fn is(&self, script: &Script, checksum: &dyn Fn(&Script) -> String) -> bool {
        let same_text = self.text.as_deref() == Some(script.sql());
        (same_text && self.checksum.is_none()) || self.checksum(checksum) == checksum(script)
    }

    /// The engine's checksum, with which a database has recorded the script.
    pub fn checksum(&self, checksum: &dyn Fn(&Script) -> String) -> String {
        match (&self.checksum, &self.text) {
            (Some(known), _) => known.clone(),
            (None, Some(text)) => checksum(&Script::new(text.as_str())),
            (None, None) => String::new(),
        }
    }
}

impl ShippedVersions {
    /// These versions, in the order of their engine.
    pub fn new(records: Vec<Record>) -> ShippedVersions {
        let ids = records.iter().map(|record| record.version.id.to_string());
        let by_id = ids.enumerate().map(|(index, id)| (id, index)).collect();
        ShippedVersions { records, by_id }
    }

    /// The versions of a history, all of them, recorded by the engine's rules of today.
    pub fn of(history: &History) -> ShippedVersions {
        ShippedVersions::new(history.migrations().iter().map(Record::of).collect())
    }

    /// The versions of a history, recorded with these checksums.
    pub fn recorded(history: &History, checksum: &dyn Fn(&Script) -> String) -> ShippedVersions {
        let records = history.migrations().iter().map(|m| Record::recorded(m, checksum));
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

    /// Those of several histories as one, each after the other.
    pub(crate) fn joined(parts: Vec<(String, ShippedVersions)>) -> ShippedVersions {
        let of_part = |(name, part): (String, ShippedVersions)| {
            part.records.into_iter().map(move |record| record.in_part(&name))
        };
        ShippedVersions::new(parts.into_iter().flat_map(of_part).collect())
    }

    /// Those of one of several histories, as its own engine knows them.
    pub(crate) fn part(&self, name: &str) -> ShippedVersions {
        let own = self.records.iter().filter(|record| record.version.id.part() == Some(name));
        let bare = own.cloned().map(|mut record| {
            record.version.id = record.version.id.bare().clone();
            record
        });
        ShippedVersions::new(bare.collect())
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
    /// The same version of one of several histories.
    #[must_use]
    pub(crate) fn in_part(self, part: &str) -> Record {
        Record { version: self.version.in_part(part), ..self }
    }

    /// A version of a history, recorded by the engine's rules of today.
    #[doc(hidden)]
    pub fn of(migration: &Migration) -> Record {
        let script = |script: &Script| ShippedScript {
            checksum: None,
            text: Some(script.text.to_string()),
            file: script.file.clone(),
        };
        Record {
            version: migration.version().clone(),
            reversible: migration.is_reversible(),
            up: Some(script(migration.up())),
            down: migration.down().map(script),
        }
    }

    /// A version of a history, recorded with these checksums.
    pub fn recorded(migration: &Migration, checksum: &dyn Fn(&Script) -> String) -> Record {
        let mut record = Record::of(migration);
        let scripts =
            [(&mut record.up, Some(migration.up())), (&mut record.down, migration.down())];
        for (recorded, script) in scripts {
            if let Some((recorded, script)) = recorded.as_mut().zip(script) {
                recorded.checksum = Some(checksum(script));
            }
        }
        record
    }
}
