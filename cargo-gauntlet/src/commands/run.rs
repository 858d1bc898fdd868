//! The choice of the command.

use gauntlet_runtime::env::Env;

use super::workplace::Workplace;
use super::{check, clean, completions, diff, drift, explain, init, install, man, new, schema};
use crate::cli::{Cli, Command};
use crate::failure::{Failure, Verdict};

/// Runs the command.
pub(crate) fn run(cli: Cli) -> Result<Verdict, Failure> {
    let folder = std::env::current_dir().map_err(Failure::io("find the current folder"))?;
    let env = Env::process().with_dotenv(&folder);
    let place = Workplace { folder, env };
    match cli.command {
        Command::Check(arguments) => check::run(&arguments, place),
        Command::Diff(arguments) => diff::run(&arguments, place),
        Command::Schema(arguments) => schema::run(&arguments, place),
        Command::Drift(arguments) => drift::run(&arguments, place),
        Command::Init(arguments) => init::run(&arguments, place),
        Command::New(arguments) => new::run(&arguments, place),
        Command::Clean(arguments) => clean::run(&arguments, place),
        Command::Install(arguments) => install::run(&arguments, place),
        Command::Explain { kinds } => explain::run(&kinds),
        Command::Completions { shell } => completions::run(shell),
        Command::Man { folder } => man::run(&folder),
    }
}
