//! The result of one run of a check.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Finding, Leftover, Severity, VersionSteps};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It ran, and nothing fails.
    Passed,
    /// It ran, and at least one finding fails it.
    Failed,
    /// It could not run: no server, an unreadable folder, a model that does not load.
    Error,
}

/// Everything that one run of a check reports. Its `serde` form is the JSON line of `docs/json.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The suite's name: the path of the annotated module.
    pub suite: String,
    /// The check's name.
    pub check: String,
    /// How it ended.
    pub status: Status,
    /// Wall time from the start of the test. In JSON, milliseconds.
    #[serde(
        rename = "duration_ms",
        serialize_with = "to_millis",
        deserialize_with = "from_millis"
    )]
    pub duration: Duration,
    /// The error that kept the check from running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The findings, in the order of versions.
    pub findings: Vec<Finding>,
    /// Databases and schemas that are still there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<Leftover>,
    /// What the versions took and changed. Not part of the JSON line: it is the same in every check of a suite.
    #[serde(skip)]
    #[doc(hidden)]
    pub steps: Vec<VersionSteps>,
}

impl Report {
    /// The report of a run that found this, or failed with this error.
    #[doc(hidden)]
    pub fn new(
        suite: impl Into<String>,
        check: impl Into<String>,
        duration: Duration,
        findings: Vec<Finding>,
        error: Option<String>,
    ) -> Report {
        let status = if error.is_some() {
            Status::Error
        } else if findings.iter().any(|f| f.severity == Severity::Failure) {
            Status::Failed
        } else {
            Status::Passed
        };
        Report {
            suite: suite.into(),
            check: check.into(),
            status,
            duration,
            error,
            findings,
            leftovers: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// How the check ended.
    pub fn status(&self) -> Status {
        self.status
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn to_millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1e6).round() / 1e3)
}

fn from_millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let millis = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(millis / 1e3).map_err(serde::de::Error::custom)
}
