//! Tasks for the people who work on this repository: `cargo xtask TASK`.

mod floors;
#[cfg(test)]
mod galleries;
#[cfg(test)]
mod links;
mod new;
#[cfg(test)]
mod workflows;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  floors    check that no import goes up the floors, no files form a circle, and nothing below the front prints or panics
  rooms     list the rooms of each crate, with their lines, and the arrows between them
  new-check NAME
            write the stub of a check, with its gallery, its line in the list and its heading in the docs
  new-engine NAME
            write the stub of an engine, with its test and its line in the list";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["floors"] => floors::check(&root()),
        ["new-check", name] => new::new_check(&root(), name),
        ["new-engine", name] => new::new_engine(&root(), name),
        ["rooms"] => floors::rooms(&root()),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
