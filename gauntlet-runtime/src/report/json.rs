//! One JSON line for each check, for machines. The schema is in `docs/json.md`.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Report, Severity, Status};

/// One line: what a check did and found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonLine {
    /// The suite: the path of the annotated module.
    pub suite: String,
    /// The check's name.
    pub check: String,
    /// How it ended.
    pub status: Status,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
    /// Why it could not look, when `status` is `error`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// What it found. A finding made of several differences gives one entry for each.
    pub findings: Vec<JsonFinding>,
}

/// One finding, or one difference of a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonFinding {
    /// `failure` or `note`.
    pub severity: Severity,
    /// A stable word for the kind of finding, such as `residue`.
    pub finding: String,
    /// What is wrong, in words.
    pub message: String,
    /// The version's number.
    pub version: Option<i64>,
    /// The version's name.
    pub version_name: Option<String>,
    /// The file, relative to the crate.
    pub file: Option<String>,
    /// The line in the file, from 1.
    pub line: Option<u32>,
    /// The column in the line, from 1, in characters.
    pub column: Option<u32>,
    /// The kind of the database object, such as `index`.
    pub kind: Option<String>,
    /// The object, qualified, unquoted.
    pub object: Option<String>,
    /// The attribute that differs; absent when the whole object is missing or extra.
    pub attribute: Option<String>,
    /// What was expected; absent when the object or attribute should not be there.
    pub expected: Option<String>,
    /// What is there; absent when the object or attribute is not there.
    pub actual: Option<String>,
    /// Further facts, a line each: what PostgreSQL said, the other file.
    pub facts: Vec<String>,
    /// Next steps.
    pub help: Vec<JsonHelp>,
}

/// One next step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonHelp {
    /// What to do.
    pub text: String,
    /// The SQL or the line to add.
    pub code: Option<String>,
}

impl From<&Report> for JsonLine {
    fn from(report: &Report) -> JsonLine {
        JsonLine {
            suite: report.suite.clone(),
            check: report.check.to_owned(),
            status: report.status(),
            duration_ms: (report.duration.as_secs_f64() * 1e6).round() / 1e3,
            error: report.error.clone(),
            findings: report.findings.iter().flat_map(flatten).collect(),
        }
    }
}

fn flatten(finding: &Finding) -> Vec<JsonFinding> {
    let whole = JsonFinding {
        severity: finding.severity,
        finding: finding.kind.to_owned(),
        message: finding.title.clone(),
        version: finding.version.as_ref().map(|v| v.number),
        version_name: finding.version.as_ref().map(|v| v.name.clone()),
        file: finding.file.as_ref().map(|f| f.display().to_string()),
        line: finding.position.map(|p| p.line),
        column: finding.position.map(|p| p.column),
        kind: None,
        object: finding.object.clone(),
        attribute: None,
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        facts: finding.facts.clone(),
        help: finding
            .help
            .iter()
            .map(|h| JsonHelp { text: h.text.clone(), code: h.code.clone() })
            .collect(),
    };
    if finding.differences.is_empty() {
        return vec![whole];
    }
    finding
        .differences
        .iter()
        .map(|difference| JsonFinding {
            kind: Some(difference.object.kind.to_string()),
            object: Some(difference.object.qualified_name()),
            attribute: difference.attribute.clone(),
            expected: difference.expected.as_ref().map(ToString::to_string),
            actual: difference.actual.as_ref().map(ToString::to_string),
            ..whole.clone()
        })
        .collect()
}

/// Appends the line of a report to a file, whole, whatever other processes append at the same time.
///
/// # Errors
///
/// When the file cannot be opened, locked or written.
pub fn append(path: &Path, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_string(&JsonLine::from(report))?;
    line.push('\n');
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.lock()?;
    file.write_all(line.as_bytes())
}
