//! `junit`: the XML that CI servers read.

use gauntlet_runtime::finding::Status;
use gauntlet_runtime::report::{self, Settings};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::{Outcome, Run};
use crate::failure::Failure;

pub(super) fn render(run: &Run) -> Result<String, Failure> {
    let mut suite = TestSuite::new(&*run.name);
    suite.add_test_cases(run.outcomes.iter().map(case));
    let mut document = Report::new("cargo gauntlet");
    document.add_test_suite(suite);
    document
        .to_string()
        .map_err(|error| Failure::Usage(format!("failed to write the report as XML: {error}")))
}

fn case(outcome: &Outcome) -> TestCase {
    match outcome {
        Outcome::Ignored { check, reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(&**reason);
            TestCase::new(*check, status)
        }
        Outcome::Ran(report) => {
            let kind = match report.status() {
                Status::Passed => None,
                Status::Failed => Some(NonSuccessKind::Failure),
                _ => Some(NonSuccessKind::Error),
            };
            let mut status = kind.map_or_else(TestCaseStatus::success, TestCaseStatus::non_success);
            if kind.is_some() {
                let first = report.findings.iter().find(|finding| finding.is_failure());
                let message = first.map(|finding| &finding.title).or(report.error.as_ref());
                status
                    .set_message(message.map_or("", String::as_str))
                    .set_description(report::render_for(report, Settings::Toml));
            }
            let mut case = TestCase::new(&*report.check, status);
            case.set_time(report.duration).set_classname(&*report.suite);
            let notes = report::render_notes(report);
            if kind.is_none() && !notes.is_empty() {
                case.set_system_out(XmlString::new(notes));
            }
            case
        }
    }
}
