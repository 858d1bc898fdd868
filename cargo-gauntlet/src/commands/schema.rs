//! `schema`: the schema at head, or at a version, as SQL.

use std::sync::Arc;

use gauntlet_runtime::repair;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;
use crate::schemas::Given;

pub(super) fn run(arguments: &cli::Schema, place: Workplace) -> Result<Verdict, Failure> {
    let mut migrations = arguments.migrations.clone();
    let version = match &migrations.folder {
        Some(given) => match Given::parse(&given.to_string_lossy(), &place.folder) {
            Ok(Given::Folder { folder, version: Some(version) }) => {
                migrations.folder = Some(folder);
                Some(version)
            }
            _ => None,
        },
        None => None,
    };
    let settings = Settings::new(&place.folder, &migrations)?;
    let (suite, _) = settings.into_suite(place.env, Arc::new(Hidden));
    let script = interrupt::run(async {
        Ok(match version {
            Some(version) => repair::script(&suite.schema_at(Some(&version)).await?),
            None => suite.script().await?.to_string(),
        })
    })?;
    print(&script)?;
    Ok(Verdict::Passed)
}
