//! What can go wrong while a model is loaded.

use crate::sql::Position;

/// A model could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file cannot be read.
    #[error("failed to read the model {file}: {source}")]
    Read {
        /// The file, as the user wrote it.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A statement of the model fails.
    #[error("failed to load the model\n  at {file}:{position}\n  {line} | {excerpt}\n  {message}", line = position.line)]
    Statement {
        /// The file, as the user wrote it.
        file: String,
        /// The statement, or the token that PostgreSQL pointed at.
        position: Position,
        /// The line at that place.
        excerpt: String,
        /// What PostgreSQL said.
        message: String,
    },
    /// The connection failed.
    #[error("failed to load the model: {0}")]
    Connection(#[from] sqlx::Error),
    /// A source of another crate failed.
    #[error("failed to load the model: {0}")]
    Other(String),
}
