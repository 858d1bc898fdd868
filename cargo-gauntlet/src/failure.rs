//! Reasons why a command could not run, and the exit codes.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use gauntlet_runtime::error::Error;
use gauntlet_runtime::history::HistoryError;
use gauntlet_runtime::report::Settings;

/// How a command that ran has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was found. Exit code 0.
    Passed,
    /// Something was found. Exit code 1.
    Found,
    /// A check could not run, as the report says. Exit code 2.
    CouldNotRun,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> ExitCode {
        match verdict {
            Verdict::Passed => ExitCode::SUCCESS,
            Verdict::Found => ExitCode::FAILURE,
            Verdict::CouldNotRun => ExitCode::from(2),
        }
    }
}

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for cannot be done: a word, a file, a setting.
    #[error("{0}")]
    Usage(String),
    /// The server, the history or a model is at fault.
    #[error("{0:?}")]
    Run(Arc<Error>),
    /// A file or a stream.
    #[error("failed to {what}: {source}")]
    Io { what: String, source: io::Error },
    /// The user has interrupted the run.
    #[error("interrupted; the databases of this run are removed")]
    Interrupted,
    /// The reader of the output has gone.
    #[error("the reader of the output has gone")]
    BrokenPipe,
}

impl Failure {
    /// A failure to read, write or run something; `what` is a verb with its object.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Failure {
        |source| match source.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Io { what: what.into(), source },
        }
    }

    /// 2; 130 for an interrupted run. 0 when only the reader has gone, as other tools of a pipe do.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Usage(_) | Failure::Run(_) | Failure::Io { .. } => ExitCode::from(2),
            Failure::Interrupted => ExitCode::from(130),
            Failure::BrokenPipe => ExitCode::SUCCESS,
        }
    }

    /// Writes the failure to standard error.
    pub(crate) fn report(&self) {
        if !matches!(self, Failure::BrokenPipe) {
            // Nothing could report that standard error is closed.
            let text = self.to_string();
            let _ = writeln!(io::stderr(), "error: {}", Settings::Toml.words(&text));
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::from(Arc::new(error))
    }
}

impl From<Arc<Error>> for Failure {
    fn from(error: Arc<Error>) -> Failure {
        match missing_folder(&error) {
            Some(folder) => Failure::Usage(format!(
                "there is no folder {}; name the folder of the migrations, or write the first one: \
                 cargo gauntlet new create_users",
                folder.display()
            )),
            None => Failure::Run(error),
        }
    }
}

/// The folder of migrations that does not exist, if that is the error.
pub(crate) fn missing_folder(error: &Error) -> Option<&Path> {
    match error {
        Error::History(HistoryError::Folder { folder, source })
            if source.kind() == io::ErrorKind::NotFound =>
        {
            Some(folder)
        }
        _ => None,
    }
}
