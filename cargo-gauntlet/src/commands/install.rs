//! `install`: a PostgreSQL for the tests of this machine.

use std::sync::Arc;

use gauntlet_runtime::Suite;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;

pub(super) fn run(arguments: &cli::Install, place: Workplace) -> Result<Verdict, Failure> {
    let suite = Suite::with_front("install".into(), place.folder, place.env, Arc::new(Hidden));
    let installed = interrupt::run(async { Ok(suite.install(arguments.version).await?) })?;
    if installed.found {
        print(&format!(
            "this machine has PostgreSQL {}: {}\n",
            installed.version,
            installed.directory.display()
        ))?;
    }
    Ok(Verdict::Passed)
}
