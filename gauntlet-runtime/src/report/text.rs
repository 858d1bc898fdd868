//! Findings as text for people: what, where, the difference, one next step. Complete without colour.

use std::fmt::Write as _;

use super::{lines, words};
use crate::catalog::{Change, Difference};
use crate::finding::{Finding, Report, Severity, Sides};

/// The text of a report that fails, or that could not look.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    if let Some(error) = &report.error {
        let _ = writeln!(out, "{} could not look:\n", report.check);
        indent(&mut out, 3, error);
        // The failed step is told above; what reached out of a schema may be why it failed.
        for finding in report.findings.iter().filter(|f| f.sides == Sides::Outside) {
            out.push('\n');
            one(&mut out, finding);
        }
        return out;
    }
    let failures = by_severity(report, Severity::Failure);
    let count = match failures.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let _ = writeln!(out, "{}: {count}", report.check);
    for (number, finding) in failures.iter().enumerate() {
        let _ = write!(out, "\n{}. ", number + 1);
        one(&mut out, finding);
    }
    for note in by_severity(report, Severity::Note) {
        out.push_str("\nnote: ");
        one(&mut out, note);
    }
    out
}

/// The notes of a report that passes; empty when there are none.
pub fn render_notes(report: &Report) -> String {
    let mut out = String::new();
    for (number, note) in by_severity(report, Severity::Note).into_iter().enumerate() {
        let _ = write!(out, "{}{}: note: ", if number > 0 { "\n" } else { "" }, report.check);
        one(&mut out, note);
    }
    out
}

/// The text of one finding.
pub fn render_one(finding: &Finding) -> String {
    let mut out = String::new();
    one(&mut out, finding);
    out
}

fn by_severity(report: &Report, severity: Severity) -> Vec<&Finding> {
    report.findings.iter().filter(|f| f.severity == severity).collect()
}

/// The title, the place and what else is known; then, each behind an empty line, the differences and the next steps.
fn one(out: &mut String, finding: &Finding) {
    let _ = writeln!(out, "{}", finding.title);
    if let Some(place) = finding.place() {
        let _ = writeln!(out, "   --> {place}");
    }
    for fact in &finding.facts {
        indent(out, 3, fact);
    }
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        expected_and_actual(out, expected, actual);
    }
    if !finding.differences.is_empty() {
        out.push('\n');
    }
    for difference in &finding.differences {
        one_difference(out, finding, difference);
    }
    for help in &finding.help {
        match &help.code {
            None => indent(out, 3, &format!("\nhelp: {}", help.text)),
            Some(code) => {
                indent(out, 3, &format!("\nhelp: {}:\n\n", help.text));
                indent(out, 9, code);
            }
        }
    }
}

fn one_difference(out: &mut String, finding: &Finding, difference: &Difference) {
    let headline = words::headline(difference, finding.sides);
    match difference.change {
        Change::Changed if difference.attribute.is_some() => {
            let (expected, actual) = words::values(difference);
            if expected.contains('\n') || actual.contains('\n') {
                indent(out, 3, &format!("{headline} (- expected, + actual)"));
                indent(out, 5, &lines::difference(&expected, &actual));
            } else {
                indent(out, 3, &headline);
                expected_and_actual(out, &expected, &actual);
            }
        }
        _ => {
            indent(out, 3, &headline);
            if let Some(value) = difference.expected.as_ref().or(difference.actual.as_ref()) {
                indent(out, 5, &lines::whole(&value.to_string()));
            }
        }
    }
}

/// Expected beside actual; values of several lines get lines of their own.
fn expected_and_actual(out: &mut String, expected: &str, actual: &str) {
    for (label, value) in [("expected", expected), ("actual", actual)] {
        if value.contains('\n') {
            indent(out, 5, label);
            indent(out, 8, value);
        } else {
            indent(out, 5, &format!("{label:8}  {value}"));
        }
    }
}

fn indent(out: &mut String, by: usize, text: &str) {
    for line in text.lines() {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{:by$}{line}", "");
        }
    }
}
