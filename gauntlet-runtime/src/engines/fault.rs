//! Faults of the server in the middle of a step, which say nothing of the migration.

use std::io;

use super::StepError;
use crate::driver::{self, PgDatabaseError};
use crate::history::Script;

/// What the server said when it failed, by SQLSTATE.
const FAULTS: [(&str, &str); 12] = [
    ("08", "the connection to the server broke"),
    ("53100", "the server's disk is full"),
    ("53200", "the server is out of memory or locks"),
    ("53300", "the server has no free connection"),
    ("57P01", "the server ended the connection"),
    ("57P02", "the server crashed"),
    ("57P03", "the server is not ready"),
    ("57P05", "the server ended the connection for being idle"),
    ("58030", "the server cannot read or write its files"),
    ("F0", "the server's configuration is faulty"),
    ("XX001", "the server's data is damaged"),
    ("XX002", "the server's data is damaged"),
];

/// A limit that is not the script's own: of the role, the database or the server.
const TIME_LIMIT: &str = "a time limit of the server ended the statement";

const CANCELLED: &str = "somebody asked the server to end the statement";

/// What the server did to a script that it did not let end.
///
/// A script that sets `statement_timeout` has chosen its limit itself.
pub(super) fn ended(script: &Script, database: &PgDatabaseError) -> Option<&'static str> {
    let sets_it = || script.sql().to_ascii_lowercase().contains("statement_timeout");
    if database.code() != "57014" || sets_it() {
        return None;
    }
    Some(if database.message().contains("timeout") { TIME_LIMIT } else { CANCELLED })
}

/// The fault of a step that has not ended in time, on a server that answers.
pub(crate) const TIME_UP: &str = "the time was up";

/// What to do about a fault.
fn next_step(fault: &str) -> &'static str {
    match fault {
        TIME_LIMIT => {
            "take `statement_timeout` from the role, the database or the server of the tests; where production has it too, SET it in the script"
        }
        CANCELLED => "run the test again",
        TIME_UP => {
            "look for a loop in the script that does not end on these rows, or for what it waits for; if it may take that long, `timeout` sets how long a step may take"
        }
        "the server's disk is full" => "make room on it, and run the test again",
        "the server is out of memory or locks" => {
            "give it more of what it names, and run the test again"
        }
        _ => "run the test again when the server answers",
    }
}

impl StepError {
    /// What the server did, if that is why the step failed: `the server ended the connection`. Then the step says nothing of
    /// its script.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if let Some(fault) = self.unanswered {
            return Some(fault);
        }
        if let Some(state) = &self.sqlstate {
            // What the protocol cannot hold, such as a zero byte, is in the script.
            let fault = FAULTS.iter().find(|(code, _)| state != "08P01" && state.starts_with(code));
            return fault.map(|(_, fault)| *fault);
        }
        let mut source = self.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(error) = source {
            let broken = error.is::<io::Error>()
                || matches!(
                    error.downcast_ref(),
                    Some(driver::Error::Io(_) | driver::Error::Tls(_) | driver::Error::PoolClosed)
                );
            if broken {
                return Some("the connection to the server broke");
            }
            source = error.source();
        }
        None
    }

    /// The fault as a message: what happened, and in the middle of what.
    pub(crate) fn fault_text(&self) -> Option<String> {
        let fault = self.fault()?;
        let step = format!("the {} of {}", self.direction, self.version);
        let place = match (&self.file, &self.companion) {
            (Some(_), _) => format!("\n  --> {}", self.place()),
            (None, Some(companion)) => format!("\n  in {companion}"),
            (None, None) => String::new(),
        };
        let lines: Vec<String> = self
            .database_lines()
            .iter()
            .map(|line| format!("\n  {}", line.replace('\n', "\n  ")))
            .collect();
        let scope = if fault == TIME_UP { "" } else { "this says nothing of the migrations: " };
        Some(format!(
            "{fault} in the middle of {step}{place}{}\n  {scope}{}",
            lines.concat(),
            next_step(fault)
        ))
    }
}
