//! `completions`: the completions for a shell.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::output::print;
use crate::cli::Cargo;
use crate::failure::{Failure, Verdict};

pub(super) fn run(shell: Shell) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Cargo::command(), "cargo-gauntlet", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Passed)
}
