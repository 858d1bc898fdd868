//! Errors of PostgreSQL: the one line that names them, and their place in the text that was sent.

use crate::driver::{self, PgDatabaseError, PgErrorPosition};

/// The error that the server sent; `None` for an error of the connection or of sqlx.
pub(crate) fn postgres_error(error: &driver::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

/// Message and SQLSTATE of an error of the server on one line; the message of any other.
pub(crate) fn error_line(error: &driver::Error) -> String {
    match postgres_error(error) {
        Some(database) => format!("{} (SQLSTATE {})", database.message(), database.code()),
        None => match error {
            driver::Error::Io(error) => error.to_string(),
            other => other.to_string(),
        },
    }
}

/// The byte offset in the text that was sent at which the server saw the error.
pub(crate) fn error_offset(error: &PgDatabaseError, sent: &str) -> Option<usize> {
    let Some(PgErrorPosition::Original(at)) = error.position() else { return None };
    let mut offsets = sent.char_indices().map(|(byte, _)| byte);
    Some(offsets.nth(at.saturating_sub(1)).unwrap_or(sent.len()))
}
