//! `cargo gauntlet`: the checks that need no Rust type, on a folder of migrations, and the tools around them.
//!
//! A front end over the same plan, checks and words as the macro. It owns the command line, `gauntlet.toml`, what a
//! terminal shows while a run goes on, the exit code, and the formats for CI servers.

mod cli;
mod commands;
mod configuration;
mod failure;
mod formats;
mod interrupt;
mod naming;
mod progress;
mod schemas;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

/// The arguments as cargo gives them, `cargo-gauntlet gauntlet check`, also where a person calls the program by its name.
fn as_cargo_calls(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_none_or(|first| first != "gauntlet") {
        arguments.insert(arguments.len().min(1), "gauntlet".into());
    }
    arguments
}

fn main() -> ExitCode {
    let cli::Cargo::Gauntlet(cli) = cli::Cargo::parse_from(as_cargo_calls(std::env::args_os()));
    let done = commands::run(cli);
    // Databases whose removal goes on in the background.
    gauntlet_runtime::runtime::block_on(gauntlet_runtime::runtime::settle());
    match done {
        Ok(verdict) => verdict.into(),
        Err(failure) => {
            failure.report();
            failure.exit_code()
        }
    }
}
