//! The error of a question to git.

use std::path::PathBuf;
use std::time::Duration;

/// Git could not answer. The text names the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// The program does not exist.
    #[error(
        "run `git`: the program was not found in PATH\n  install it, or say what has shipped without git: `shipped = lock(\"migrations/gauntlet.lock\")`"
    )]
    NoProgram,
    /// The program could not be started or talked to.
    #[error("run `{command}`: {source}")]
    Start {
        /// The command line.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program did not end in time.
    #[error(
        "run `{command}`: it did not end within {} s\n  run it by hand: it may wait for a lock, the network or a password",
        limit.as_secs()
    )]
    TimedOut {
        /// The command line.
        command: String,
        /// The time that it had.
        limit: Duration,
    },
    /// The program failed.
    #[error("run `{command}`: {status}{}", lines(said))]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
        /// The last lines of its standard error.
        said: String,
    },
    /// The folder is not in a repository that git reads.
    #[error("find the git repository of {}{}", folder.display(), lines(said))]
    NoRepository {
        /// The folder, absolute.
        folder: PathBuf,
        /// What git said.
        said: String,
    },
    /// The ref does not exist here.
    #[error("find `{reference}` in {}: {why}{}", repository.display(), next_steps(next))]
    NoRef {
        /// The ref, as it was given.
        reference: String,
        /// The top folder of the repository.
        repository: PathBuf,
        /// Why it may be missing.
        why: String,
        /// The next steps.
        next: Vec<String>,
    },
    /// The folder was a submodule at the ref, whose files this repository does not have.
    #[error(
        "read {folder} at `{reference}`: {submodule} is a submodule there, and its files are in another repository\n  name what has shipped by a lock file: `shipped = lock(\"migrations/gauntlet.lock\")`"
    )]
    Submodule {
        /// The ref.
        reference: String,
        /// The folder, from the top of the repository.
        folder: String,
        /// The folder of the submodule.
        submodule: String,
    },
    /// Git answered something that is not understood.
    #[error("understand the answer of `{command}`: {answer}")]
    Answer {
        /// The command line.
        command: String,
        /// The part of the answer at fault.
        answer: String,
    },
}

fn lines(said: &str) -> String {
    said.lines().flat_map(|line| ["\n  ", line.trim_end()]).collect()
}

fn next_steps(next: &[String]) -> String {
    next.iter().flat_map(|step| ["\n  ", step]).collect()
}
