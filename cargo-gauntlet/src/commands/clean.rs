//! `clean`: what killed runs have left on a server.

use std::sync::Arc;

use gauntlet_runtime::Suite;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;

pub(super) fn run(arguments: &cli::Clean, place: Workplace) -> Result<Verdict, Failure> {
    let mut suite = Suite::with_front("clean".into(), place.folder, place.env, Arc::new(Hidden));
    if let Some(url) = &arguments.db {
        suite = suite.db(url.clone());
    }
    let removed = interrupt::run(async { Ok(suite.clean().await?) })?;
    if removed.is_empty() {
        print("nothing is left of killed runs\n")?;
    }
    for name in removed {
        print(&format!("removed {name}\n"))?;
    }
    Ok(Verdict::Passed)
}
