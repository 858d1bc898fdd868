//! The facts that belong to a finding, each in a form of its own.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{DatabaseMessage, Sides};
use crate::catalog::Difference;
use crate::engines::StepError;
use crate::history::{Direction, Version};
use crate::sql::Position;

/// A fact that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// A sentence without a full stop.
    Text(String),
    /// Another place that the finding concerns.
    Place {
        /// What the place is, such as `down script`; `None` for one more place like that of the finding.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// The file, as seen from the crate.
        file: PathBuf,
        /// The place in the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
    },
    /// The line of the script at fault.
    Excerpt {
        /// The place in the script.
        position: Position,
        /// The whole line, as written.
        line: String,
    },
    /// A text that was changed, as its lines before and after.
    Changed {
        /// The text as it was.
        was: String,
        /// The text as it is.
        is: String,
    },
    /// An error that the database reported.
    Database(DatabaseMessage),
    /// A notice or warning that the server sent while a script ran.
    Notice {
        /// The direction of the script; `None` where it is the one at fault.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        script: Option<Direction>,
        /// The severity and the message.
        text: String,
    },
    /// A statement, where it is written.
    Statement {
        /// File, line and column.
        place: String,
        /// The statement, cut to a line.
        sql: String,
    },
    /// An object with its kind, such as `table users`: one of those that the title counts.
    Object(String),
    /// Objects of one kind, such as `idx_email on users`: those that the title counts.
    Objects(Vec<String>),
    /// The time that the up of a version took.
    Took {
        /// The version.
        version: Version,
        /// The time, in microseconds.
        micros: u64,
    },
    /// A difference that follows from those of the finding.
    Difference {
        /// The meaning of expected and actual.
        sides: Sides,
        /// The difference.
        difference: Difference,
    },
}

impl Fact {
    /// One more place like that of the finding.
    #[doc(hidden)]
    pub fn place(file: &Path) -> Fact {
        Fact::Place { label: None, file: file.to_owned(), position: None }
    }

    /// The place of a failed step.
    pub(crate) fn step(label: &str, error: &StepError) -> Fact {
        match &error.file {
            Some(file) => Fact::Place {
                label: Some(label.to_owned()),
                file: file.clone(),
                position: error.position,
            },
            None => Fact::Text(format!("{label}: {}", error.place())),
        }
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Fact {
        Fact::Text(text)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }
}
