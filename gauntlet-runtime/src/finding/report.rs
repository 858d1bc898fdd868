//! The result of one run of a check.

use std::time::Duration;

use super::{Finding, Severity};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It looked, and nothing fails.
    Passed,
    /// It looked, and at least one finding fails.
    Failed,
    /// It could not look: no server, an unreadable folder, a model that does not load.
    Error,
}

/// All that one run of a check has to say.
#[derive(Debug, Clone)]
pub struct Report {
    /// The suite's name: the path of the annotated module.
    pub suite: String,
    /// The check's name.
    pub check: &'static str,
    /// Wall time from the start of the test.
    pub duration: Duration,
    /// What was found, in the order of versions.
    pub findings: Vec<Finding>,
    /// Why the check could not look.
    pub error: Option<String>,
}

impl Report {
    /// How the check ended.
    pub fn status(&self) -> Status {
        if self.error.is_some() {
            Status::Error
        } else if self.findings.iter().any(|f| f.severity == Severity::Failure) {
            Status::Failed
        } else {
            Status::Passed
        }
    }
}
