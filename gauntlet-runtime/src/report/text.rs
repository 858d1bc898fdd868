//! Findings as text for people: what, where, the difference, one next step. Complete without colour.

use std::fmt::Write as _;

use super::{Finding, Report, Severity};
use crate::catalog::{Change, Difference};

/// The text of a report that fails, or that could not look.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    if let Some(error) = &report.error {
        let _ = writeln!(out, "{} could not look:\n", report.check);
        indent(&mut out, 2, error);
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
    for note in by_severity(report, Severity::Note) {
        let _ = write!(out, "{}: note: ", report.check);
        one(&mut out, note);
    }
    out
}

fn by_severity(report: &Report, severity: Severity) -> Vec<&Finding> {
    report.findings.iter().filter(|f| f.severity == severity).collect()
}

fn one(out: &mut String, finding: &Finding) {
    let _ = writeln!(out, "{}", finding.title);
    if let Some(place) = finding.place() {
        let _ = writeln!(out, "   --> {place}");
    }
    for fact in &finding.facts {
        indent(out, 3, fact);
    }
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        if let Some(object) = &finding.object {
            indent(out, 3, object);
        }
        values(out, expected, actual);
    }
    if !finding.differences.is_empty() {
        out.push('\n');
    }
    for difference in &finding.differences {
        indent(out, 3, &headline(difference));
        let absent = || "(none)".to_owned();
        let expected = difference.expected.as_ref().map_or_else(absent, ToString::to_string);
        let actual = difference.actual.as_ref().map_or_else(absent, ToString::to_string);
        values(out, &expected, &actual);
    }
    if !finding.help.is_empty() {
        out.push('\n');
    }
    for help in &finding.help {
        let colon = if help.code.is_some() { ":" } else { "" };
        indent(out, 3, &format!("help: {}{colon}", help.text));
        if let Some(code) = &help.code {
            out.push('\n');
            indent(out, 9, code);
            out.push('\n');
        }
    }
}

fn headline(difference: &Difference) -> String {
    let object = &difference.object;
    match (&difference.change, &difference.attribute) {
        (Change::Missing, _) => format!("{object} is missing"),
        (Change::Extra, _) => format!("{object} is not expected"),
        (Change::Renamed(name), _) => format!("{object} is there under the name {name}"),
        (_, Some(attribute)) => format!("{object}: {}", attribute.replace('_', " ")),
        (_, None) => object.to_string(),
    }
}

/// Expected beside actual; values of several lines get lines of their own.
fn values(out: &mut String, expected: &str, actual: &str) {
    for (label, value) in [("expected", expected), ("actual  ", actual)] {
        if value.contains('\n') {
            let _ = writeln!(out, "     {label}");
            indent(out, 8, value);
        } else {
            let _ = writeln!(out, "     {label}  {value}");
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
