//! Running one check: look, tell, pass or panic.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Instant;

use super::Suite;
use crate::checks::{self, BLESSED, Check};
use crate::context::{Context, IGNORED};
use crate::finding::{Finding, Report, Severity, Status};
use crate::report;
use crate::runtime::block_on;

impl Suite {
    /// Runs a check and returns what it found; does not panic.
    ///
    /// # Panics
    ///
    /// When it is called from inside of an async context.
    pub fn report(&self, check: Check) -> Report {
        let start = Instant::now();
        let (mut findings, error) = block_on(async {
            let cx = match Context::new(&self.settings, &self.shared) {
                Ok(cx) => cx,
                Err(error) => return (Vec::new(), Some(format!("{error:?}"))),
            };
            let outcome = checks::run(check, &cx).await;
            // Also of a check that could not look to the end: it may be why.
            let mut findings = cx.observed();
            match outcome {
                Ok(found) => {
                    findings.extend(found);
                    findings.extend(cx.notes());
                    (findings, None)
                }
                Err(error) => {
                    findings.extend(error.step());
                    (findings, Some(format!("{error:?}")))
                }
            }
        });
        if self.settings.strict {
            findings.iter_mut().for_each(fail);
        }
        Report {
            suite: self.settings.name.clone(),
            check: check.name(),
            duration: start.elapsed(),
            findings,
            error,
        }
    }

    /// Runs a check as a test: prints notes, appends to the file named by `GAUNTLET_JSON`, and panics with
    /// the text for the reader when something fails.
    ///
    /// # Panics
    ///
    /// When the check fails or cannot look, at the place of the caller.
    #[track_caller]
    pub fn check(&self, check: Check) {
        let report = self.report(check);
        if let Some(path) = std::env::var_os("GAUNTLET_JSON").filter(|p| !p.is_empty()) {
            let path = PathBuf::from(path);
            if let Err(error) = report::append(&path, &report) {
                panic!("failed to append to {} (GAUNTLET_JSON): {error}", path.display());
            }
        }
        announce(&report);
        match report.status() {
            Status::Passed => {
                let notes = report::render_notes(&report);
                if !notes.is_empty() {
                    eprintln!("{notes}");
                }
            }
            Status::Failed | Status::Error => panic!("{}", report::render(&report)),
        }
    }
}

// What blessing did and what was ignored on demand are news, nothing to be strict about.
fn fail(finding: &mut Finding) {
    if finding.kind != BLESSED && finding.kind != IGNORED {
        finding.severity = Severity::Failure;
    }
}

/// A line that libtest does not hide although the test passes.
fn announce(report: &Report) {
    for finding in report.findings.iter().filter(|finding| finding.kind == BLESSED) {
        let _ = writeln!(io::stderr(), "{}: {}", report.check, finding.title);
    }
}
