//! The summary: may this be merged, and what came of each check.

use std::time::Duration;

use super::document::{Document, Section};
use super::page::Page;
use crate::finding::{Report, Severity, Status};

/// The answer, and the sentence that says why.
pub(super) struct Verdict {
    pub(super) class: &'static str,
    pub(super) answer: &'static str,
    pub(super) why: String,
}

impl Document {
    pub(super) fn verdict(&self) -> Verdict {
        let ended = |status| self.suites.iter().map(|suite| suite.ended(status)).sum::<usize>();
        let (failed, errors) = (ended(Status::Failed), ended(Status::Error));
        let all = failed + errors + ended(Status::Passed);
        let findings: usize =
            self.suites.iter().map(|suite| suite.findings(Severity::Failure)).sum();
        let could_not = format!("{errors} of {} could not run", checks(all));
        if all == 0 {
            let why = "no check has run".to_owned();
            return Verdict { class: "unknown", answer: "Not known", why };
        }
        if failed > 0 {
            let mut why =
                format!("{failed} of {} failed, with {}", checks(all), many(findings, "finding"));
            if errors > 0 {
                why.push_str(&format!("; {could_not}"));
            }
            return Verdict { class: "failed", answer: "No", why };
        }
        if errors > 0 {
            return Verdict { class: "unknown", answer: "Not known", why: could_not };
        }
        let notes: usize = self.suites.iter().map(|suite| suite.findings(Severity::Note)).sum();
        let mut why = if all == 1 {
            "the one check that ran passed".to_owned()
        } else {
            format!("all {} passed", checks(all))
        };
        if notes > 0 {
            why.push_str(&format!(", with {}", many(notes, "note")));
        }
        Verdict { class: "passed", answer: "Yes", why }
    }
}

fn checks(count: usize) -> String {
    many(count, "check")
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The checks of a suite, each with its result and a link to what it found.
pub(super) fn table(page: &mut Page, section: &Section, id: &str) {
    page.raw("<div class=\"wide\"><table class=\"checks\"><thead><tr>");
    page.raw("<th scope=\"col\">Check</th><th scope=\"col\">Result</th>");
    page.raw("<th scope=\"col\">Findings</th><th scope=\"col\">Notes</th>");
    page.raw("<th scope=\"col\">Time</th></tr></thead>\n<tbody>\n");
    for report in &section.results {
        row(page, report, id);
    }
    for ignored in &section.ignored {
        page.raw("<tr class=\"ignored\"><th scope=\"row\">").text(&ignored.check);
        page.raw("</th><td colspan=\"4\">ignored: ").name(&ignored.reason).raw("</td></tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

fn row(page: &mut Page, report: &Report, id: &str) {
    let (class, word) = result(report);
    let failures = report.findings.iter().filter(|finding| finding.is_failure()).count();
    let notes = report.findings.len() - failures;
    let says = report.error.is_some() || !report.findings.is_empty();
    page.raw("<tr class=\"").raw(class).raw("\"><th scope=\"row\">");
    if says {
        page.raw("<a href=\"#").text(id).raw("-").text(&report.check).raw("\">");
        page.text(&report.check).raw("</a>");
    } else {
        page.text(&report.check);
    }
    page.raw("</th><td><span class=\"result\">").raw(word).raw("</span></td><td>").count(failures);
    page.raw("</td><td>").count(notes).raw("</td><td>").text(time(report.duration));
    page.raw("</td></tr>\n");
}

/// The class and the word for how a check ended.
pub(super) fn result(report: &Report) -> (&'static str, &'static str) {
    match report.status() {
        Status::Passed => ("passed", "passed"),
        Status::Failed => ("failed", "failed"),
        Status::Error => ("error", "could not run"),
    }
}

/// A time for people.
pub(super) fn time(time: Duration) -> String {
    format!("{time:.1?}")
}
