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

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli::Cargo::Gauntlet(cli) = cli::Cargo::parse();
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
