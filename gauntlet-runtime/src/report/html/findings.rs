//! The findings of a check: what, where, the difference, the next step.

use std::time::Duration;

use super::changes::{differences, side_by_side, sides};
use super::page::Page;
use crate::finding::{Fact, Finding, Help, Language, Report, Severity};
use crate::report::{Settings, words};

/// Of so many findings of a check, differences and next steps are shown; of the others, title and place.
const IN_FULL: usize = 100;

/// Everything that a check found.
pub(super) fn all(page: &mut Page, report: &Report, settings: Settings, id: &str) {
    if let Some(error) = &report.error {
        page.raw("<p>The check could not run:</p>\n<pre class=\"error\">")
            .text(settings.words(error.trim()));
        page.raw("</pre>\n");
    }
    let (failures, notes): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.is_failure());
    for (number, finding) in failures.iter().enumerate() {
        let number = number + 1;
        page.raw("<article class=\"finding failure\" id=\"").text(id).raw("-").count(number);
        page.raw("\">\n<h4>").count(number).raw(". ").name(settings.words(&finding.title));
        page.raw("</h4>\n");
        one(page, finding, settings, number <= IN_FULL);
        page.raw("</article>\n");
    }
    if failures.len() > IN_FULL {
        page.raw("<p>Of the findings after the first ").count(IN_FULL);
        page.raw(", only title and place are shown; the JSON of the run has all of them.</p>\n");
    }
    if !notes.is_empty() {
        page.raw("<details class=\"notes\"");
        if failures.is_empty() && notes.len() < 3 {
            page.raw(" open");
        }
        page.raw("><summary>").count(notes.len());
        page.raw(if notes.len() == 1 { " note" } else { " notes" }).raw("</summary>\n");
        for (number, finding) in notes.iter().enumerate() {
            page.raw("<article class=\"finding note\"><h4>").name(settings.words(&finding.title));
            page.raw("</h4>\n");
            one(page, finding, settings, number < IN_FULL);
            page.raw("</article>\n");
        }
        page.raw("</details>\n");
    }
    for leftover in &report.leftovers {
        page.raw("<pre>").text(leftover.to_string()).raw("</pre>\n");
    }
}

fn one(page: &mut Page, finding: &Finding, settings: Settings, in_full: bool) {
    if let Some(place) = finding.place() {
        page.raw("<p class=\"place\"><code>").text(place).raw("</code></p>\n");
    }
    if !in_full {
        return;
    }
    for fact in &finding.facts {
        one_fact(page, fact, settings);
    }
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        side_by_side(page, ("expected", "actual"), expected, actual);
    }
    differences(page, &finding.differences, finding.sides);
    for help in &finding.help {
        one_help(page, help, settings);
    }
}

fn one_fact(page: &mut Page, fact: &Fact, settings: Settings) {
    match fact {
        Fact::Text(text) => page.raw("<p>").name(settings.words(text)).raw("</p>\n"),
        Fact::Object(text) => page.raw("<p><code>").text(text).raw("</code></p>\n"),
        Fact::Objects(objects) => {
            page.raw("<ul>\n");
            for object in objects {
                page.raw("<li><code>").text(object).raw("</code></li>\n");
            }
            page.raw("</ul>\n")
        }
        Fact::Place { label, file, position } => {
            page.raw("<p class=\"place\">");
            if let Some(label) = label {
                page.name(label).raw(": ");
            }
            page.raw("<code>").text(file.to_string_lossy());
            if let Some(position) = position {
                page.raw(":").text(position.to_string());
            }
            page.raw("</code></p>\n")
        }
        Fact::Excerpt { position, line } => {
            let column = (position.column as usize).saturating_sub(1);
            let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
            let (before, rest) = line.split_at(at);
            let end = rest.chars().next().map_or(0, char::len_utf8);
            page.raw("<pre class=\"excerpt\"><span class=\"line\">").number(position.line);
            page.raw("</span> ").text(before).raw("<mark>").text(&rest[..end]).raw("</mark>");
            page.text(&rest[end..]).raw("</pre>\n")
        }
        Fact::Changed { was, is } => {
            side_by_side(page, ("was", "is"), was, is);
            page
        }
        Fact::Database(message) => {
            page.raw("<pre class=\"error\">").text(message.to_string()).raw("</pre>\n")
        }
        Fact::Notice { script, text } => {
            page.raw("<p>");
            if let Some(direction) = script {
                page.raw("the server says of the ").text(direction.to_string()).raw(": ");
            }
            page.name(text).raw("</p>\n")
        }
        Fact::Statement { place, sql } => {
            page.raw("<p class=\"place\"><code>").text(place).raw("</code></p>\n<pre><code>");
            page.text(sql).raw("</code></pre>\n")
        }
        Fact::Took { version, micros } => {
            let took = Duration::from_micros(*micros);
            page.raw("<p>").name(version.to_string()).raw(": ").text(format!("{took:.1?}"));
            page.raw("</p>\n")
        }
        Fact::Difference { sides: meaning, difference } => {
            let (left, right) = sides(*meaning);
            page.raw("<p>").name(words::headline(difference, *meaning)).raw("</p>\n");
            if difference.attribute.is_some() {
                let (expected, actual) = words::values(difference);
                side_by_side(page, (left, right), &expected, &actual);
            }
            page
        }
    };
}

fn one_help(page: &mut Page, help: &Help, settings: Settings) {
    page.raw("<div class=\"help\"><p><strong>Help:</strong> ");
    page.name(settings.words(&help.text));
    match (&help.code, &help.declare) {
        (Some(code), _) => {
            let language = match code.language {
                Language::Sql => "sql",
                Language::Rust => "rust",
                Language::Shell => "shell",
                Language::Text => "text",
            };
            page.raw(":</p>\n").code(language, code.text.trim_end())
        }
        (None, Some(declaration)) => {
            page.text(settings.place(declaration)).raw(":</p>\n");
            page.code("text", &settings.line(declaration))
        }
        (None, None) => page.raw("</p>\n"),
    };
    page.raw("</div>\n");
}

/// The weight of the worst finding of a version.
pub(super) fn worst(reports: &[Report], version: &str) -> Option<Severity> {
    let is_of_version = |finding: &&Finding| {
        let id = finding.version.as_ref().map(|found| found.id.to_string());
        id.as_deref() == Some(version)
    };
    let of_version = reports.iter().flat_map(|report| &report.findings).filter(is_of_version);
    of_version.map(|finding| finding.severity).min()
}
