//! Settings of the engine that have changed since they have shipped, as findings.

use std::path::PathBuf;
use std::sync::Arc;

use super::shipped_changes::list_files;
use crate::context::{Context, OtherTable, ShippedFound};
use crate::engines::{Engine, engine_of};
use crate::finding::Finding;
use crate::history::shipped::{Change, Edit, Shipped};

/// The findings about bookkeeping tables that are others than in what has shipped.
pub(in crate::checks) fn tables(cx: &Context<'_>, found: &ShippedFound) -> Vec<Finding> {
    found.tables.iter().map(|OtherTable { engine, was }| table(cx, engine, was)).collect()
}

fn table(cx: &Context<'_>, engine: &Arc<dyn Engine>, was: &str) -> Finding {
    let (name, is) = (engine.name(), engine.table());
    let title = format!(
        "the applied versions are recorded in {was}, and {name} looks for them in {is} now"
    );
    let consequence =
        format!("at deployment: {name} finds no applied version and runs every version again");
    let help = format!(
        "name the table {was} again, or copy it to {is}, with its rows, in every deployed database before the deployment"
    );
    Finding::failure("bookkeeping_moved", title)
        .at(settings_file(cx, engine).as_deref())
        .fact(consequence)
        .help(help)
}

/// The finding about scripts that are as they were, and whose checksums are not.
pub(in crate::checks) fn rehashed(
    cx: &Context<'_>,
    declared: &Shipped,
    found: &ShippedFound,
) -> Option<Finding> {
    let is_rehashed = |change: &&Change| {
        matches!(change, Change::UpEdited { version, edit: Edit::Nothing, .. }
            if !declared.heals(&version.id))
    };
    let changes: Vec<&Change> = found.changes.iter().filter(is_rehashed).collect();
    let first = changes.first()?;
    let engine = engine_of(&cx.settings().engine, &first.version().id);
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
    let finding = if let Some(file) = settings_file(cx, engine) {
        finding.at(Some(&file))
    } else {
        let files: Vec<PathBuf> =
            changes.iter().filter_map(|change| change.file(cx.whole_history())).collect();
        list_files(finding, &files)
    };
    let finding = match engine.at_deployment(first) {
        Some(consequence) => finding.fact(consequence),
        None => finding,
    };
    Some(finding.help("leave out the same characters as before, or correct the checksums in every deployed database"))
}

/// The settings file of the engine, from the crate, if it exists.
fn settings_file(cx: &Context<'_>, engine: &Arc<dyn Engine>) -> Option<PathBuf> {
    let file = engine.settings_file().filter(|file| file.is_file())?;
    Some(file.strip_prefix(&cx.settings().manifest_dir).map_or(file.clone(), PathBuf::from))
}
