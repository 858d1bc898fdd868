//! `schema`: the schema at head as SQL.

use std::sync::Arc;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;

pub(super) fn run(arguments: &cli::Schema, place: Workplace) -> Result<Verdict, Failure> {
    let settings = Settings::new(&place.folder, &arguments.migrations)?;
    let (suite, _) = settings.into_suite(place.env, Arc::new(Hidden));
    let script = interrupt::run(async { Ok(suite.script().await?) })?;
    print(&script)?;
    Ok(Verdict::Passed)
}
