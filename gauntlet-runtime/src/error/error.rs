//! The error type.

use std::fmt;
use std::sync::Arc;

use super::overrun::Overrun;
use super::seeds::SeedsError;
use crate::catalog::CatalogError;
use crate::driver;
use crate::engines::{EngineError, StepError};
use crate::finding::query_text;
use crate::history::shipped::ShippedError;
use crate::history::{HistoryError, UnknownVersion};
use crate::isolation::IsolationError;
use crate::model::{ModelError, StatedError};
use crate::queries::QueryError;
use crate::server::ServerError;

/// The result of the methods of [`TestDb`](crate::suite::TestDb), and a convenient return type for custom tests.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that can go wrong in a suite.
///
/// `Debug` prints the same text as `Display`, because that is what libtest shows of a returned error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server could be found, started or reached.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// No isolated database or schema could be made.
    #[doc(hidden)]
    #[error(transparent)]
    Isolation(#[from] IsolationError),
    /// The history could not be read.
    #[error("failed to {0}")]
    History(#[from] HistoryError),
    /// What has shipped could not be found.
    #[doc(hidden)]
    #[error("failed to {0}")]
    Shipped(#[from] ShippedError),
    /// The queries of the program could not be read.
    #[doc(hidden)]
    #[error("failed to {0}")]
    Queries(#[from] QueryError),
    /// What a suite has found once for all of its tests failed.
    #[doc(hidden)]
    #[error(transparent)]
    Shared(#[from] Arc<Error>),
    /// A migration failed.
    #[error("failed to {0}")]
    Step(#[from] Box<StepError>),
    /// The server failed in the middle of a step: the whole text.
    #[error("{0}")]
    ServerFault(String),
    /// No version, or more than one, fits a name.
    #[error("{0}")]
    Version(#[from] UnknownVersion),
    /// The seeds of the suite could not be read.
    #[doc(hidden)]
    #[error(transparent)]
    Seeds(#[from] SeedsError),
    /// The catalog could not be read.
    #[doc(hidden)]
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The model could not be loaded.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The suite's baseline cannot be read or loaded: the whole text.
    #[error("{0}")]
    Baseline(String),
    /// The suite's `setup` file failed.
    #[error("failed to run the setup {file}: {message}")]
    Setup {
        /// The file, and the place in it.
        file: String,
        /// The error.
        message: String,
    },
    /// A version, or the whole upgrade, took longer than the suite allows.
    #[doc(hidden)]
    #[error("{0}")]
    Budget(Overrun),
    /// A call that does not fit the state of the database.
    #[error("{0}")]
    Usage(String),
    /// The engine failed outside of a script.
    #[error(transparent)]
    Engine(EngineError),
    /// A query failed.
    #[error("{}", query_text(.0))]
    Query(#[from] driver::Error),
    /// A query of a test on sqlx 0.8 failed, in a build with both versions.
    #[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
    #[error("{0}")]
    Query08(#[from] driver::Error08),
}

impl From<StatedError> for Error {
    fn from(error: StatedError) -> Error {
        match error {
            StatedError::Query(error) => Error::Query(error),
            StatedError::Catalog(error) => Error::Catalog(error),
            StatedError::Model(error) => Error::Model(error),
        }
    }
}

impl From<StepError> for Error {
    fn from(error: StepError) -> Error {
        Error::Step(Box::new(error))
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Error {
        match error {
            EngineError::Script(error) | EngineError::Bookkeeping(error) => Error::Query(error),
            other => Error::Engine(other),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = std::error::Error::source(self);
        let mut reported = self.to_string();
        while let Some(error) = source {
            // What PostgreSQL said, without what sqlx puts around it, is the end of the chain.
            let database = match error.downcast_ref() {
                Some(driver::Error::Database(database)) => Some(database.message()),
                _ => None,
            };
            let text = database.map_or_else(|| error.to_string(), ToOwned::to_owned);
            if !reported.contains(&text) {
                write!(f, "\n  caused by: {text}")?;
                reported.push_str(&text);
            }
            if database.is_some() {
                break;
            }
            source = error.source();
        }
        Ok(())
    }
}
