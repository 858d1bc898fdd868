//! The comparison of a history with what has shipped of it.

use std::collections::{HashMap, HashSet};

use super::{Change, Edit, Record, ShippedVersions};
use crate::history::{History, Migration, Script, Version, VersionId};

/// The engine's checksum of a script.
type Checksum<'a> = &'a dyn Fn(&Script) -> String;

impl ShippedVersions {
    /// The versions of a history that have not shipped, in its order: what is new. A version that has the number of a
    /// shipped one and nothing else of it is new.
    ///
    /// This is the rule by which checks of production safety, and `naming`, decide what to judge.
    pub fn new_of<'h>(&self, history: &'h History, checksum: Checksum<'_>) -> Vec<&'h Version> {
        let is_new = |migration: &&Migration| match self.get(migration.id()) {
            None => true,
            Some(record) => is_another(record, migration, checksum),
        };
        history.migrations().iter().filter(is_new).map(Migration::version).collect()
    }

    /// How a history differs from what has shipped of it, in the order of the versions.
    pub fn changes(&self, history: &History, checksum: Checksum<'_>) -> Vec<Change> {
        let migrations = history.migrations();
        let by_id: HashMap<String, usize> =
            migrations.iter().enumerate().map(|(at, m)| (m.id().to_string(), at)).collect();
        let mut changes = Vec::new();
        let new: HashSet<&VersionId> =
            self.new_of(history, checksum).into_iter().map(|version| &version.id).collect();
        let mut renumbered: HashSet<&VersionId> = HashSet::new();
        for record in self.records() {
            let here = by_id.get(&record.version.id.to_string()).map(|at| &migrations[*at]);
            match here.filter(|migration| !new.contains(migration.id())) {
                Some(migration) => of_one(record, migration, checksum, &mut changes),
                None if is_unread(history, record) => {}
                None => match elsewhere(record, migrations, &new, checksum) {
                    Some(migration) => {
                        renumbered.insert(migration.id());
                        let now = migration.version().clone();
                        changes.push(Change::Renumbered { record: record.clone(), now });
                    }
                    // The new version that has its number says so.
                    None if here.is_some() => {}
                    None => changes.push(Change::Deleted { record: record.clone() }),
                },
            }
        }
        for migration in migrations {
            if !new.contains(migration.id()) || renumbered.contains(migration.id()) {
                continue;
            }
            let version = migration.version();
            if let Some(record) = self.get(&version.id) {
                let by = record.version.clone();
                changes.push(Change::NumberTaken { version: version.clone(), by });
            } else if let Some((before, head)) = self.above(&by_id, &version.id) {
                let (before, head) = (before.clone(), head.clone());
                changes.push(Change::Late { version: version.clone(), head, before });
            }
        }
        changes
    }

    /// The first shipped version above this one, and the last.
    fn above(
        &self,
        places: &HashMap<String, usize>,
        version: &VersionId,
    ) -> Option<(&Version, &Version)> {
        let head = self.head()?;
        let at = places.get(&version.to_string());
        // A version that the history does not have lies where its number, or else its text, sorts it.
        let is_above = |shipped: &VersionId| match (at, places.get(&shipped.to_string())) {
            (Some(at), Some(shipped)) => at <= shipped,
            _ => version <= shipped,
        };
        if !is_above(&head.id) {
            return None;
        }
        let mut records = self.records().iter().map(|record| &record.version);
        records.find(|shipped| is_above(&shipped.id)).map(|first| (first, head))
    }
}

/// Whether a version of today shares nothing but its number with a shipped one.
fn is_another(record: &Record, migration: &Migration, checksum: Checksum<'_>) -> bool {
    let Some(up) = &record.up else { return false };
    record.version.name != migration.version().name && !up.is(migration.up(), checksum)
}

/// Whether the file of a shipped version exists and cannot be read; `single_head` reports that.
fn is_unread(history: &History, record: &Record) -> bool {
    let prefix = format!("{}_", record.version.id);
    history.problems().iter().filter(|problem| problem.refusal().is_some()).any(|problem| {
        problem.files().any(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.trim_start_matches('0').starts_with(prefix.trim_start_matches('0'))
        })
    })
}

/// The new version that is a shipped one under another number: it has the same up, or the same name.
fn elsewhere<'h>(
    record: &Record,
    migrations: &'h [Migration],
    new: &HashSet<&VersionId>,
    checksum: Checksum<'_>,
) -> Option<&'h Migration> {
    let up = record.up.as_ref()?;
    let candidates = || migrations.iter().filter(|migration| new.contains(migration.id()));
    let name = &record.version.name;
    candidates().find(|migration| up.is(migration.up(), checksum)).or_else(|| {
        candidates().find(|migration| !name.is_empty() && migration.version().name == *name)
    })
}

/// The changes of a version that has shipped.
fn of_one(
    record: &Record,
    migration: &Migration,
    checksum: Checksum<'_>,
    changes: &mut Vec<Change>,
) {
    let version = migration.version();
    let Some(up) = &record.up else { return };
    if !up.is(migration.up(), checksum) {
        changes.push(Change::UpEdited {
            version: version.clone(),
            edit: Edit::between(up, migration.up(), checksum),
            was: up.clone(),
            checksum: checksum(migration.up()),
        });
    }
    let reversible = migration.is_reversible();
    let down = match (&record.down, migration.down()) {
        // A changed layout says it all.
        _ if record.reversible ^ reversible => {
            changes.push(Change::Layout { version: version.clone(), reversible });
            None
        }
        (None, None) => None,
        (Some(was), Some(now)) if was.is(now, checksum) => None,
        (Some(was), Some(now)) => match Edit::between(was, now, checksum) {
            // No engine records the checksum of a down.
            Edit::Nothing => None,
            edit => Some((Some(edit), true)),
        },
        (_, now) => Some((None, now.is_some())),
    };
    if let Some((edit, exists)) = down {
        changes.push(Change::DownEdited { version: version.clone(), edit, exists });
    }
    if record.version.name != version.name {
        changes.push(Change::Renamed { was: record.version.clone(), now: version.clone() });
    }
}
