//! `man`: the pages of the manual.

use std::path::Path;
use std::{fs, io};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::output::print;
use crate::cli::Cargo;
use crate::failure::{Failure, Verdict};

/// Writes `cargo-gauntlet.1` and a page for each command, such as `cargo-gauntlet-check.1`: `man cargo gauntlet check`
/// finds it, as `cargo help` does for subcommands of cargo.
pub(super) fn run(folder: &Path) -> Result<Verdict, Failure> {
    let failed = || Failure::io(format!("write the manual into {}", folder.display()));
    fs::create_dir_all(folder).map_err(failed())?;
    let mut cargo = Cargo::command().disable_help_subcommand(true);
    cargo.build();
    let gauntlet = cargo.find_subcommand("gauntlet").expect("it is the one subcommand");
    page(gauntlet, "cargo-gauntlet", folder).map_err(failed())?;
    for command in gauntlet.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("cargo-gauntlet-{}", command.get_name());
        page(command, &name, folder).map_err(failed())?;
    }
    print(&format!("wrote the manual into {}\n", folder.display()))?;
    Ok(Verdict::Passed)
}

fn page(command: &Command, name: &str, folder: &Path) -> io::Result<()> {
    // The words of the synopsis stay those that are typed.
    let typed = command.get_bin_name().unwrap_or(name).to_owned();
    let command = command.clone().name(name.to_owned()).bin_name(typed);
    let mut page = Vec::new();
    Man::new(command).section("1").render(&mut page)?;
    fs::write(folder.join(format!("{name}.1")), page)
}
