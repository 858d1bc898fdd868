//! `man`: the pages of the manual.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;

use super::output::print;
use crate::cli::Cargo;
use crate::failure::{Failure, Verdict};

/// Writes `cargo-gauntlet.1` and a page for each command, such as `cargo-gauntlet-check.1`.
pub(super) fn run(folder: &Path) -> Result<Verdict, Failure> {
    let failed = || Failure::io(format!("write the manual into {}", folder.display()));
    fs::create_dir_all(folder).map_err(failed())?;
    // A page is found by the name of the program: `man cargo-gauntlet`, as of all subcommands of cargo.
    let mut cargo = Cargo::command();
    cargo.build();
    let command = cargo.find_subcommand("gauntlet").expect("it is the one subcommand").clone();
    let command =
        command.name("cargo-gauntlet").bin_name("cargo gauntlet").display_name("cargo-gauntlet");
    clap_mangen::generate_to(command, folder).map_err(failed())?;
    print(&format!("wrote the manual into {}\n", folder.display()))?;
    Ok(Verdict::Passed)
}
