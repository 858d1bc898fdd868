//! `drift`: a database against the migrations.

use std::sync::Arc;

use gauntlet_runtime::finding::Status;
use gauntlet_runtime::report::{self, Settings as Syntax};

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;
use crate::schemas::is_url;

pub(super) fn run(arguments: &cli::Drift, place: Workplace) -> Result<Verdict, Failure> {
    if !is_url(&arguments.url) {
        // What is no file may hold a password.
        let given = &arguments.url;
        let text = if place.folder.join(given).exists() {
            format!(
                "{given} is a file or a folder; the URL of the database comes first: \
                 cargo gauntlet drift postgres://... {given}"
            )
        } else {
            "the URL of the database has to begin with postgres://".to_owned()
        };
        return Err(Failure::Usage(text));
    }
    let settings = Settings::new(&place.folder, &arguments.migrations)?;
    let (suite, _) = settings.into_suite(place.env, Arc::new(Hidden));
    let report = interrupt::run(async { Ok(suite.drift(&arguments.url).await) })?;
    match report.status() {
        Status::Passed => {
            let notes = report::render_notes_for(&report, Syntax::Toml);
            print(&format!("{notes}the database is what its migrations make\n"))?;
            Ok(Verdict::Passed)
        }
        Status::Failed => {
            print(&report::render_for(&report, Syntax::Toml))?;
            Ok(Verdict::Found)
        }
        _ => Err(Failure::Usage(report.error.unwrap_or_default())),
    }
}
