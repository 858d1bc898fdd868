//! The errors of loading a model.

use crate::driver;
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
        /// The system's error.
        source: std::io::Error,
    },
    /// A file does not exist.
    #[error(
        "failed to read the model {file}: there is no such file\n  \
         help: GAUNTLET_BLESS=1 cargo test up_to_date writes it from the migrations at head"
    )]
    NotThere {
        /// The file, as the user wrote it.
        file: String,
    },
    /// A folder holds no SQL file.
    #[error("failed to read the model {folder}: the folder holds no file that ends with .sql")]
    EmptyFolder {
        /// The folder, as the user wrote it.
        folder: String,
    },
    /// A file holds no statement.
    #[error(
        "failed to load the model {file}: it holds no statement\n  \
         help: GAUNTLET_BLESS=1 cargo test up_to_date writes it from the migrations at head"
    )]
    Blank {
        /// The file, as the user wrote it.
        file: String,
    },
    /// A statement of the model fails, or cannot be run.
    #[error(
        "failed to load the model\n  at {file}:{position}\n  {line} | {excerpt}\n  {message}{}",
        statement.as_ref().map(|text| format!("\n  statement: {text}")).unwrap_or_default(),
        line = position.line
    )]
    Statement {
        /// The file, as the user wrote it.
        file: String,
        /// The statement, or the token that PostgreSQL pointed at.
        position: Position,
        /// The line at that place.
        excerpt: String,
        /// The statement, cut to a line, where that is more than the line at that place.
        statement: Option<String>,
        /// PostgreSQL's error, or why the statement was refused before it ran.
        message: String,
    },
    /// The model cannot be written.
    #[error("failed to write the model {file}: {source}")]
    Write {
        /// The file, as the user wrote it.
        file: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// A field whose type a version of sqlx describes that is none of this build's.
    #[error(
        "`{field}` at {file}:{line} is described by another version of sqlx than the one that this build runs on ({by})\n  \
         help: turn on the feature of that version too: `sqlx-0_8` or `sqlx-0_9` of migration-gauntlet"
    )]
    AnotherSqlx {
        /// The field: `User::bio`.
        field: String,
        /// Its file.
        file: &'static str,
        /// Its line, from 1.
        line: u32,
        /// The type of the other version.
        by: &'static str,
    },
    /// The connection failed.
    #[error("failed to load the model: {}", crate::finding::query_text(.0))]
    Connection(#[from] driver::Error),
    /// A source of another crate failed.
    #[error("failed to load the model: {0}")]
    Other(String),
}

impl ModelError {
    /// The text, where what was loaded as a model is is something else: `the baseline`.
    pub(crate) fn about(&self, what: &str) -> String {
        self.to_string().replacen("the model", what, 1)
    }
}
