//! Findings as text for people: what, where, the difference, one next step. Complete without colour.

use std::fmt::Write as _;
use std::time::Duration;

use super::{Format, Settings, lines, shorten, words};
use crate::catalog::{Change, Difference};
use crate::finding::{Fact, Finding, Help, Language, Report, Severity, Sides, Status};

pub(super) const FORMAT: Format = Format { name: "text", render: all };

fn all(report: &Report) -> String {
    match report.status {
        Status::Passed => render_notes(report),
        Status::Failed | Status::Error => render(report),
    }
}

/// The text of a report that fails, or of a check that could not run, for a suite that the attribute configures.
pub fn render(report: &Report) -> String {
    render_for(report, Settings::Attribute)
}

/// The same, for a suite that is configured elsewhere.
pub fn render_for(report: &Report, settings: Settings) -> String {
    let mut out = String::new();
    if let Some(error) = &report.error {
        let _ = writeln!(out, "{} could not run:\n", report.check);
        indent(&mut out, 3, &settings.words(error));
        // The failed step is in the error; what reached out of a schema may be why it failed.
        for finding in report.findings.iter().filter(|f| f.sides == Sides::Outside) {
            out.push('\n');
            one(&mut out, finding, settings);
        }
        leftovers(&mut out, report);
        return out;
    }
    let failures = by_severity(report, Severity::Failure);
    let count = match failures.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let _ = writeln!(out, "{}: {count}", report.check);
    let common = common_declarations(&failures);
    for help in &common {
        one_help(&mut out, help, settings, 0);
    }
    for (number, finding) in failures.iter().enumerate() {
        let _ = write!(out, "\n{}. ", number + 1);
        if number < shorten::IN_FULL {
            one_without(&mut out, finding, &common, settings);
        } else {
            title_and_place(&mut out, finding, settings);
        }
    }
    if let Some(short @ 1..) = failures.len().checked_sub(shorten::IN_FULL) {
        let _ = writeln!(
            out,
            "\nof {short} findings only title and place are shown: {}",
            shorten::REST
        );
    }
    for notes in shorten::equal_notes(&report.findings) {
        out.push_str("\nnote: ");
        equal_notes(&mut out, &notes, settings);
    }
    leftovers(&mut out, report);
    out
}

/// The settings that every one of several findings proposes. They are shown once, before the findings.
fn common_declarations(failures: &[&Finding]) -> Vec<Help> {
    let [first, others @ ..] = failures else { return Vec::new() };
    if others.is_empty() {
        return Vec::new();
    }
    let everywhere = |help: &&Help| {
        help.declare.is_some() && others.iter().all(|finding| finding.help.contains(help))
    };
    first.help.iter().filter(everywhere).cloned().collect()
}

fn leftovers(out: &mut String, report: &Report) {
    for leftover in &report.leftovers {
        let _ = write!(out, "\n{leftover}\n");
    }
}

/// The notes of a report that passes, for a suite that the attribute configures; empty when there are none.
pub fn render_notes(report: &Report) -> String {
    render_notes_for(report, Settings::Attribute)
}

/// The same, for a suite that is configured elsewhere.
pub fn render_notes_for(report: &Report, settings: Settings) -> String {
    let mut out = String::new();
    for (number, notes) in shorten::equal_notes(&report.findings).into_iter().enumerate() {
        let _ = write!(out, "{}{}: note: ", if number > 0 { "\n" } else { "" }, report.check);
        equal_notes(&mut out, &notes, settings);
    }
    leftovers(&mut out, report);
    out
}

/// The text of one finding.
pub fn finding(finding: &Finding) -> String {
    finding_for(finding, Settings::Attribute)
}

/// The same, of a suite that is configured elsewhere.
pub fn finding_for(finding: &Finding, settings: Settings) -> String {
    let mut out = String::new();
    one(&mut out, finding, settings);
    out
}

fn by_severity(report: &Report, severity: Severity) -> Vec<&Finding> {
    report.findings.iter().filter(|f| f.severity == severity).collect()
}

/// The first of the notes of one kind in full, and the titles of the others.
fn equal_notes(out: &mut String, notes: &[&Finding], settings: Settings) {
    let Some((first, others)) = notes.split_first() else { return };
    one(out, first, settings);
    if others.is_empty() {
        return;
    }
    indent(out, 3, &format!("\n{} more notes of this kind:", others.len()));
    let shown = if others.len() > shorten::NAMES + 1 { shorten::NAMES } else { others.len() };
    for note in &others[..shown] {
        indent(out, 5, &settings.words(&note.title));
    }
    if others.len() > shown {
        indent(out, 5, &format!("and {} more: {}", others.len() - shown, shorten::REST));
    }
}

fn title_and_place(out: &mut String, finding: &Finding, settings: Settings) {
    let _ = writeln!(out, "{}", settings.words(&finding.title));
    if let Some(place) = finding.place() {
        let _ = writeln!(out, "   --> {place}");
    }
}

/// The title, the place and the facts; then, each behind an empty line, the differences and the next steps.
fn one(out: &mut String, finding: &Finding, settings: Settings) {
    one_without(out, finding, &[], settings);
}

/// The same without the next steps that are shown elsewhere.
fn one_without(out: &mut String, finding: &Finding, elsewhere: &[Help], settings: Settings) {
    title_and_place(out, finding, settings);
    facts(out, &finding.facts, settings);
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        expected_and_actual(out, expected, actual);
    }
    if !finding.differences.is_empty() {
        out.push('\n');
    }
    let changes = shorten::equal_changes(&finding.differences);
    for change in changes.iter().take(shorten::CHANGES) {
        match change[..] {
            [one] => one_difference(out, finding, one),
            _ => one_change(out, change),
        }
    }
    if let Some(more @ 1..) = changes.len().checked_sub(shorten::CHANGES) {
        indent(out, 3, &format!("and {more} more changes: {}", shorten::REST));
    }
    for help in finding.help.iter().filter(|help| !elsewhere.contains(help)) {
        one_help(out, help, settings, 3);
    }
}

/// How many facts of one list (files, statements) are shown.
const LISTED: usize = 5;

fn facts(out: &mut String, facts: &[Fact], settings: Settings) {
    for run in facts.chunk_by(|a, b| listed(a).is_some() && listed(a) == listed(b)) {
        // A line that says "and 1 more" could as well be that one.
        let shown = match run.first().and_then(listed) {
            Some(_) if run.len() > LISTED + 1 => LISTED,
            _ => run.len(),
        };
        for fact in &run[..shown] {
            one_fact(out, fact, settings);
        }
        if let (Some(what), 1..) = (run.first().and_then(listed), run.len() - shown) {
            indent(out, 3, &format!("and {} more {what}", run.len() - shown));
        }
    }
}

/// The plural of what is listed, for a fact that may be one of many.
fn listed(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Place { label: None, .. } => Some("files"),
        Fact::Statement { .. } => Some("statements"),
        Fact::Notice { script: Some(_), .. } => Some("notices"),
        Fact::Difference { .. } => Some("differences"),
        Fact::Object(_) => Some("objects"),
        _ => None,
    }
}

fn one_fact(out: &mut String, fact: &Fact, settings: Settings) {
    match fact {
        Fact::Text(text) => indent(out, 3, &settings.words(text)),
        Fact::Object(text) | Fact::Notice { script: None, text } => indent(out, 3, text),
        Fact::Objects(objects) => {
            let shown = if objects.len() > LISTED + 1 { LISTED } else { objects.len() };
            let mut line = objects[..shown].join(", ");
            if objects.len() > shown {
                let _ = write!(line, " and {} more", objects.len() - shown);
            }
            indent(out, 3, &line);
        }
        Fact::Place { label, file, position } => {
            let position = position.map(|p| format!(":{p}")).unwrap_or_default();
            match label {
                None => indent(out, 7, &format!("{}{position}", file.display())),
                Some(label) => indent(out, 3, &format!("{label}: {}{position}", file.display())),
            }
        }
        Fact::Excerpt { position, line } => {
            let gutter = position.line.to_string();
            let before = line.chars().take((position.column as usize).saturating_sub(1));
            let lead: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            indent(out, 3, &format!("{gutter} | {line}"));
            indent(out, 3, &format!("{} | {lead}^", " ".repeat(gutter.len())));
        }
        Fact::Changed { was, is } => indent(out, 5, &lines::difference(was, is)),
        Fact::Database(message) => indent(out, 3, &message.to_string()),
        Fact::Notice { script: Some(direction), text } => {
            indent(out, 3, &format!("the server says of the {direction}: {text}"));
        }
        Fact::Statement { place, sql } => indent(out, 3, &format!("{place}  {sql}")),
        Fact::Took { version, micros } => {
            let took = Duration::from_micros(*micros);
            indent(out, 3, &format!("{took:>9.1?}  {version}"));
        }
        Fact::Difference { sides, difference } => {
            indent(out, 5, &words::in_one_line(difference, *sides));
        }
    }
}

fn one_help(out: &mut String, help: &Help, settings: Settings, margin: usize) {
    let text = settings.words(&help.text);
    let (place, code) = match (&help.code, &help.declare) {
        (Some(code), _) => {
            let comment = match code.language {
                Language::Sql => "--",
                Language::Shell | Language::Text => "#",
                Language::Rust => "//",
            };
            ("", shorten::code(&code.text, comment))
        }
        (None, Some(declaration)) => (settings.place(declaration), settings.line(declaration)),
        (None, None) => return indent(out, margin, &format!("\nhelp: {text}")),
    };
    indent(out, margin, &format!("\nhelp: {text}{place}:\n\n"));
    indent(out, margin + 6, &code);
}

/// The same change of several objects.
fn one_change(out: &mut String, differences: &[&Difference]) {
    let Some(first) = differences.first() else { return };
    let spec = first.object.kind.spec();
    let attribute = words::attribute_words(first.attribute.as_deref().unwrap_or_default());
    indent(out, 3, &format!("{} {}: {attribute}", differences.len(), spec.many));
    let of_kind = format!("{} ", spec.one);
    let name = |difference: &&Difference| {
        let object = difference.object.to_string();
        object.strip_prefix(&of_kind).unwrap_or(&object).to_owned()
    };
    let names: Vec<String> = differences.iter().map(name).collect();
    indent(out, 5, &shorten::names(&names));
    values_of(out, first);
}

fn values_of(out: &mut String, difference: &Difference) {
    let (expected, actual) = words::values(difference);
    if expected.contains('\n') || actual.contains('\n') {
        indent(out, 5, &lines::difference(&expected, &actual));
    } else {
        expected_and_actual(out, &expected, &actual);
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

/// Expected and actual; values of several lines get lines of their own.
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
