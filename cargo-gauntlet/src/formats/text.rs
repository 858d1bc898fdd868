//! `text`: a line for each check, and what was found.

use std::fmt::Write as _;

use gauntlet_runtime::finding::{Severity, Status};
use gauntlet_runtime::report::{self, Settings};

use super::{Outcome, Run};

pub(super) fn render(run: &Run, quiet: bool) -> String {
    let mut lines = String::new();
    let mut details = String::new();
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for outcome in &run.outcomes {
        match outcome {
            Outcome::Ignored { check, reason } => {
                ignored += 1;
                let _ = writeln!(lines, "{check} ... ignored, {reason}");
            }
            Outcome::Ran(report) => {
                let seconds = report.duration.as_secs_f32();
                let word = match report.status() {
                    Status::Passed => "ok",
                    Status::Failed => "FAILED",
                    _ => "ERROR",
                };
                let _ = writeln!(lines, "{} ... {word} ({seconds:.2} s)", report.check);
                let text = if report.status() == Status::Passed {
                    passed += 1;
                    report::render_notes_for(report, Settings::Toml)
                } else {
                    failed += 1;
                    report::render_for(report, Settings::Toml)
                };
                if !text.is_empty() {
                    let _ = writeln!(details, "\n---- {} ----\n{}", report.check, text.trim_end());
                }
            }
        }
    }
    let mut out = String::new();
    if !quiet {
        let _ = write!(out, "{}\n{lines}", run.name);
    }
    out.push_str(&details);
    if !quiet || failed > 0 {
        let _ = writeln!(out, "\n{passed} passed, {failed} failed, {ignored} ignored");
    }
    let kinds = kinds(run);
    if !quiet && !kinds.is_empty() {
        let _ = writeln!(out, "what a finding means: cargo gauntlet explain {}", kinds.join(" "));
    }
    out
}

/// The kinds of the findings that fail a check, in the order of the report.
fn kinds(run: &Run) -> Vec<&str> {
    let mut kinds = Vec::new();
    for finding in run.reports().flat_map(|report| &report.findings) {
        if finding.severity == Severity::Failure && !kinds.contains(&&*finding.kind) {
            kinds.push(&*finding.kind);
        }
    }
    kinds
}
