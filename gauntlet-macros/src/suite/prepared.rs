//! Whether the crate has prepared queries, read while the suite expands: only then can a test be ignored.

use std::path::Path;

use gauntlet_plan::Prepared;

use super::attr::Settings;

/// The queries of the program that are known. A shared suite may give some.
pub(crate) fn of(settings: &Settings) -> Prepared {
    let given = settings.queries.as_ref().is_some_and(|given| given.value.gives());
    if given || settings.suite.is_some() {
        return Prepared::OfPostgres;
    }
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(crate_folder) => Prepared::of(Path::new(&crate_folder)),
        None => Prepared::None,
    }
}
