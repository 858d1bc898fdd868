//! Settings of the engine that have changed since they have shipped, as findings.

use std::path::PathBuf;

use super::shipped_changes::list_files;
use crate::context::{Context, ShippedFound};
use crate::finding::Finding;
use crate::history::shipped::{Change, Edit, Shipped};

/// The finding about a bookkeeping table that is another one than in what has shipped.
pub(in crate::checks) fn table(cx: &Context<'_>, found: &ShippedFound) -> Option<Finding> {
    let engine = &cx.settings().engine;
    let (was, is) = (found.table.as_deref()?, engine.table());
    if was == is {
        return None;
    }
    let title = format!(
        "the applied versions are recorded in {was}, and {} looks for them in {is} now",
        engine.name()
    );
    let consequence = format!(
        "at deployment: {} finds no applied version and runs every version again",
        engine.name()
    );
    Some(
        Finding::failure("bookkeeping_moved", title)
            .at(settings_file(cx).as_deref())
            .fact(consequence)
            .help(format!("name the table {was} again, or copy it to {is}, with its rows, in every deployed database before the deployment")),
    )
}

/// The finding about scripts that are as they were, and whose checksums are not.
pub(in crate::checks) fn rehashed(
    cx: &Context<'_>,
    declared: &Shipped,
    found: &ShippedFound,
) -> Option<Finding> {
    let engine = &cx.settings().engine;
    let is_rehashed = |change: &&Change| {
        matches!(change, Change::UpEdited { version, edit: Edit::Nothing, .. }
            if !declared.heals(&version.id))
    };
    let changes: Vec<&Change> = found.changes.iter().filter(is_rehashed).collect();
    let first = changes.first()?;
    let title = match &changes[..] {
        [one] => format!(
            "{} has shipped and is as it was, but its checksum leaves out other characters now",
            one.version()
        ),
        several => format!(
            "{} versions have shipped and are as they were, but their checksums leave out other characters now",
            several.len()
        ),
    };
    let finding = Finding::failure("checksums_changed", title);
    let finding = match settings_file(cx) {
        Some(file) => finding.at(Some(&file)),
        None => {
            let files: Vec<PathBuf> =
                changes.iter().filter_map(|change| change.file(cx.history())).collect();
            list_files(finding, &files)
        }
    };
    let finding = match engine.at_deployment(first) {
        Some(consequence) => finding.fact(consequence),
        None => finding,
    };
    Some(finding.help("leave out the same characters as before, or correct the checksums in every deployed database"))
}

/// The settings file of the engine, from the crate, if it exists.
fn settings_file(cx: &Context<'_>) -> Option<PathBuf> {
    let settings = cx.settings();
    let file = settings.engine.settings_file().filter(|file| file.is_file())?;
    Some(file.strip_prefix(&settings.manifest_dir).map_or(file.clone(), PathBuf::from))
}
