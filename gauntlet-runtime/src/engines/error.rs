//! The errors of engines and of the steps that they take.

use std::fmt;
use std::path::PathBuf;

use super::Unrecorded;
use crate::driver::{self, PgDatabaseError};
use crate::history::{Direction, Version};
use crate::sql::Position;

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The script failed.
    #[error(transparent)]
    Script(#[from] driver::Error),
    /// The script passed, and the end of its transaction or the bookkeeping failed.
    #[error(transparent)]
    Bookkeeping(driver::Error),
    /// Anything that is not an error of the database.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl EngineError {
    /// An error that is not one of the database, or its text.
    pub fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EngineError {
        EngineError::Other(error.into())
    }
}

/// A migration failed: which one, where in its file, and all that PostgreSQL said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub struct StepError {
    /// The version that failed.
    pub version: Version,
    /// The direction it was going.
    pub direction: Direction,
    /// The script's file; `None` when it was compiled in.
    pub file: Option<PathBuf>,
    /// Line and column of the statement at fault, or of the token that PostgreSQL pointed at.
    pub position: Option<Position>,
    /// The line at [`position`](Self::position).
    pub excerpt: Option<String>,
    /// The five characters of SQLSTATE, when the database reported the error.
    pub sqlstate: Option<String>,
    /// The message.
    pub message: String,
    /// DETAIL.
    pub detail: Option<String>,
    /// HINT.
    pub hint: Option<String>,
    /// CONTEXT, for instance the line of a PL/pgSQL function.
    pub context: Option<String>,
    /// The notices and warnings that the server sent before, such as `NOTICE: relation "t" already exists, skipping`.
    /// At most 200 of them.
    pub notices: Vec<String>,
    /// The next step that PostgreSQL does not name: about the file, or about how the engine sends it.
    pub advice: Option<String>,
    /// The error that the engine reported.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Set when the script passed, and the engine could not write its own row after it.
    #[doc(hidden)]
    pub unrecorded: Option<Unrecorded>,
    /// Set when something that runs together with the script failed, and not the script. Then `file` and `position` are
    /// its own.
    #[doc(hidden)]
    pub companion: Option<Companion>,
    /// Set when the server gave no answer, or did not let the step end: what it did.
    pub(crate) unanswered: Option<&'static str>,
}

/// Something that runs together with a script and can fail by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Companion {
    /// What it is, in one word, such as `seed`.
    pub kind: &'static str,
    /// Its name among those of its kind, such as `before 3 add_status`.
    pub name: String,
}

impl fmt::Display for Companion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.kind, self.name)
    }
}

impl StepError {
    /// An error of which nothing is known but its message.
    pub(crate) fn of(version: &Version, direction: Direction, message: String) -> StepError {
        StepError {
            version: version.clone(),
            direction,
            file: None,
            position: None,
            excerpt: None,
            sqlstate: None,
            message,
            detail: None,
            hint: None,
            context: None,
            notices: Vec::new(),
            advice: None,
            source: None,
            unrecorded: None,
            companion: None,
            unanswered: None,
        }
    }

    /// A step to which the server gave no answer.
    pub(crate) fn unanswered(
        version: &Version,
        direction: Direction,
        fault: &'static str,
        message: String,
    ) -> StepError {
        StepError { unanswered: Some(fault), ..StepError::of(version, direction, message) }
    }

    /// Takes over all that PostgreSQL said.
    pub(crate) fn describe(&mut self, database: &PgDatabaseError) {
        self.sqlstate = Some(database.code().to_owned());
        database.message().clone_into(&mut self.message);
        self.detail = database.detail().map(ToOwned::to_owned);
        self.hint = database.hint().map(ToOwned::to_owned);
        self.context = database.r#where().map(ToOwned::to_owned);
    }

    /// The last notices before the error.
    pub(crate) fn last_notices(&self) -> &[String] {
        const SHOWN: usize = 5;
        &self.notices[self.notices.len().saturating_sub(SHOWN)..]
    }

    /// Whether the script raised the error on purpose: by `RAISE` in a `DO` block, or by a function that it calls
    /// (`RAISE EXCEPTION` without another SQLSTATE).
    #[doc(hidden)]
    pub fn is_raised(&self) -> bool {
        let innermost = self.context.as_deref().and_then(|context| context.lines().next());
        self.sqlstate.as_deref() == Some("P0001")
            || innermost.is_some_and(|line| {
                line.contains("inline_code_block line ") && line.ends_with(" at RAISE")
            })
    }

    /// `migrations/5_add_status.down.sql:3:1`, as far as it is known.
    pub fn place(&self) -> String {
        let file = self
            .file
            .as_ref()
            .map_or_else(|| self.version.compiled_in(), |f| f.display().to_string());
        match self.position {
            Some(position) => format!("{file}:{position}"),
            None => file,
        }
    }

    /// The lines that tell what PostgreSQL said, without the place.
    #[doc(hidden)]
    pub fn database_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.sqlstate {
            Some(state) => lines.push(format!("ERROR {state}: {}", self.message)),
            None => lines.push(self.message.clone()),
        }
        for (label, text) in
            [("DETAIL", &self.detail), ("HINT", &self.hint), ("CONTEXT", &self.context)]
        {
            if let Some(text) = text {
                let indented = format!("\n{:1$}", "", label.len() + 2);
                lines.push(format!("{label}: {}", text.replace('\n', &indented)));
            }
        }
        lines
    }
}

impl StepError {
    /// The line of the script at fault with a caret under the place, if the place is known.
    #[doc(hidden)]
    pub fn excerpt_lines(&self) -> Vec<String> {
        let (Some(excerpt), Some(position)) = (&self.excerpt, self.position) else {
            return Vec::new();
        };
        let gutter = position.line.to_string();
        let lead: String = excerpt
            .chars()
            .take(position.column as usize - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        vec![format!("{gutter} | {excerpt}"), format!("{} | {lead}^", " ".repeat(gutter.len()))]
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.companion, &self.unrecorded) {
            (Some(companion), _) => write!(f, "run {companion}")?,
            (None, None) => write!(f, "run the {} of {}", self.direction, self.version)?,
            (None, Some(unrecorded)) => {
                let cause = unrecorded.cause(self.direction);
                write!(f, "run the {} of {}: {cause}", self.direction, self.version)?;
            }
        }
        if self.companion.is_none() || self.file.is_some() {
            write!(f, "\n  --> {}", self.place())?;
        }
        for notice in self.last_notices() {
            write!(f, "\n  {}", notice.replace('\n', "\n  "))?;
        }
        for line in self.excerpt_lines().into_iter().chain(self.database_lines()) {
            write!(f, "\n  {}", line.replace('\n', "\n  "))?;
        }
        if let Some(unrecorded) = &self.unrecorded {
            if !unrecorded.of_isolation {
                write!(f, "\n  {}", unrecorded.consequence())?;
            }
            match unrecorded.reset() {
                _ if unrecorded.of_isolation => {}
                Some(reset) => write!(f, "\n  help: add at the end of the script: {reset}")?,
                None => write!(f, "\n  help: {}", unrecorded.advice())?,
            }
        }
        if let Some(advice) = &self.advice {
            write!(f, "\n  help: {advice}")?;
            if self.unrecorded.as_ref().is_some_and(|unrecorded| unrecorded.of_isolation) {
                f.write_str(": isolation = \"database\"")?;
            }
        }
        Ok(())
    }
}
