//! An error that PostgreSQL reported, field by field.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::driver::{self, PgDatabaseError};
use crate::engines::StepError;

/// An error as PostgreSQL reported it, or as the driver did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DatabaseMessage {
    /// The five characters of SQLSTATE; `None` when the error is not the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// The message.
    pub message: String,
    /// DETAIL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// HINT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// CONTEXT, for instance the line of a PL/pgSQL function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

impl DatabaseMessage {
    /// An error with nothing but its message.
    #[doc(hidden)]
    pub fn new(message: impl Into<String>) -> DatabaseMessage {
        DatabaseMessage {
            sqlstate: None,
            message: message.into(),
            detail: None,
            hint: None,
            context: None,
        }
    }

    /// The error of a query, without CONTEXT.
    pub(crate) fn of_query(error: &driver::Error) -> DatabaseMessage {
        let database = error.as_database_error().and_then(|e| e.try_downcast_ref());
        let Some(database): Option<&PgDatabaseError> = database else {
            return DatabaseMessage::new(error.to_string());
        };
        DatabaseMessage {
            sqlstate: Some(database.code().to_owned()),
            message: database.message().to_owned(),
            detail: database.detail().map(str::to_owned),
            hint: database.hint().map(str::to_owned),
            context: None,
        }
    }

    /// The error of a step.
    pub(crate) fn of_step(error: &StepError) -> DatabaseMessage {
        DatabaseMessage {
            sqlstate: error.sqlstate.clone(),
            message: error.message.clone(),
            detail: error.detail.clone(),
            hint: error.hint.clone(),
            context: error.context.clone(),
        }
    }

    /// The same without DETAIL, HINT and CONTEXT, for an error that has been reported in full elsewhere.
    #[must_use]
    pub(crate) fn brief(self) -> DatabaseMessage {
        DatabaseMessage { detail: None, hint: None, context: None, ..self }
    }
}

impl fmt::Display for DatabaseMessage {
    /// `ERROR 42P01: relation "t" does not exist`, then a line for each of DETAIL, HINT and CONTEXT.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sqlstate {
            Some(state) => write!(f, "ERROR {state}: {}", self.message)?,
            None => f.write_str(&self.message)?,
        }
        let more = [("DETAIL", &self.detail), ("HINT", &self.hint), ("CONTEXT", &self.context)];
        for (label, text) in more {
            if let Some(text) = text {
                let indented = format!("\n{:1$}", "", label.len() + 2);
                write!(f, "\n{label}: {}", text.replace('\n', &indented))?;
            }
        }
        Ok(())
    }
}

/// SQLSTATE, message, DETAIL and HINT of a database error; the message of any other.
pub(crate) fn query_text(error: &driver::Error) -> String {
    DatabaseMessage::of_query(error).to_string()
}
