//! `GAUNTLET_BLESS=1`: `shipped` adds the new versions to the lock file, and never changes a line of it.

use std::path::Path;

use crate::checks::outcome::CheckError;
use crate::checks::parts::bless::BLESSED;
use crate::context::{Context, read_lock};
use crate::engines::engine_of;
use crate::error::Error;
use crate::finding::Finding;
use crate::history::shipped::{Record, ShippedError};
use crate::history::{Migration, Script};
use crate::model::replace_file;

/// Writes the lock file, and notes what was added.
pub(in crate::checks) fn bless(cx: &Context<'_>, file: &Path) -> Result<Finding, CheckError> {
    let settings = cx.settings();
    let own = |error| CheckError::Own(Error::Shipped(error));
    let record = |migration: &Migration| {
        let engine = engine_of(&settings.engine, migration.id());
        Record::recorded(migration, &|script: &Script| engine.checksum(script))
    };
    let mut lock = read_lock(settings, file).map_err(own)?;
    let added = lock.add(cx.whole_history().migrations().iter().map(record));
    let path = settings.manifest_dir.join(file);
    let text = lock.render();
    if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
        let title = format!("{} already lists every version", file.display());
        return Ok(Finding::note(BLESSED, title));
    }
    let failed = |source| ShippedError::File { what: "write", file: file.to_owned(), source };
    replace_file(&path, &text).map_err(failed).map_err(own)?;
    let versions = match added {
        0 => "sorted its lines".to_owned(),
        1 => "added 1 version".to_owned(),
        n => format!("added {n} versions"),
    };
    Ok(Finding::note(BLESSED, format!("wrote {}: {versions}", file.display())))
}
