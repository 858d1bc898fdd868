//! The outcome of a check: its findings, or why it could not run.

use crate::error::Error;
use crate::finding::Finding;
use crate::history::Direction;

/// The findings of a check, or the error that kept it from running.
pub(crate) type Outcome = Result<Vec<Finding>, CheckError>;

/// An error that kept a check from running.
#[derive(thiserror::Error)]
pub(crate) enum CheckError {
    /// An error of its own.
    #[error(transparent)]
    Own(#[from] Error),
    /// An error of something that it shares with other checks.
    #[error(transparent)]
    Shared(#[from] std::sync::Arc<Error>),
}

impl CheckError {
    /// The step that failed, as machines want it: with version, file and line.
    pub(crate) fn step(&self) -> Option<Finding> {
        let error = match self {
            CheckError::Own(error) => error,
            CheckError::Shared(error) => error,
        };
        let Error::Step(step) = error else { return None };
        if step.fault().is_some() {
            return None;
        }
        let title = format!("the {} of {} fails", step.direction, step.version);
        let kind = match step.direction {
            Direction::Up => "up_fails",
            Direction::Down => "down_fails",
        };
        Some(Finding::step(kind, title, step))
    }
}

impl std::fmt::Debug for CheckError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CheckError::Own(error) => write!(f, "{error:?}"),
            CheckError::Shared(error) => write!(f, "{error:?}"),
        }
    }
}
