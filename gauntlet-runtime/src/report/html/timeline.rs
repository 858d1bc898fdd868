//! The versions of a history: what each took and changed.

use std::collections::HashMap;
use std::time::Duration;

use super::document::{Section, Steps, VersionRow};
use super::findings::worst;
use super::page::Page;
use super::summary::time;
use crate::finding::{Report, Severity};

/// How many versions are shown at once without a click.
const OPEN: usize = 60;

/// So many changes of a version are shown without a click.
const SHOWN: usize = 2;

/// Half of the height of the chart.
const HALF: f64 = 50.0;

/// The history of a suite.
pub(super) fn timeline(page: &mut Page, section: &Section, versions: &[VersionRow], id: &str) {
    let steps: HashMap<&str, &Steps> =
        section.steps.iter().map(|steps| (steps.id.as_str(), steps)).collect();
    let of = |row: &VersionRow| steps.get(row.id.as_str()).copied();
    let locks = section.results.iter().find(|report| report.check == "locks");
    page.raw("<section class=\"history\" aria-labelledby=\"").text(id).raw("-history\">\n");
    page.raw("<h3 id=\"").text(id).raw("-history\">History</h3>\n<p>");
    in_a_sentence(page, versions);
    page.raw("</p>\n");
    let measured = versions.iter().any(|row| of(row).is_some_and(|steps| steps.up.is_some()));
    if measured {
        chart(page, section, versions, &of);
    }
    page.raw("<details");
    if versions.len() <= OPEN {
        page.raw(" open");
    }
    page.raw("><summary>The versions</summary>\n");
    page.raw("<div class=\"wide\"><table class=\"versions\"><thead><tr>");
    page.raw("<th scope=\"col\">Version</th><th scope=\"col\">State</th>");
    page.raw("<th scope=\"col\">Up</th><th scope=\"col\">Down</th>");
    page.raw("<th scope=\"col\">Changes</th>");
    if locks.is_some() {
        page.raw("<th scope=\"col\">Locks</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for version in versions {
        row(page, version, of(version), (section, locks));
    }
    page.raw("</tbody></table></div>\n</details>\n</section>\n");
}

fn in_a_sentence(page: &mut Page, versions: &[VersionRow]) {
    page.count(versions.len()).raw(if versions.len() == 1 { " version" } else { " versions" });
    if versions.iter().any(|version| version.new.is_some()) {
        let new = versions.iter().filter(|version| version.new == Some(true)).count();
        page.raw(", ").count(new).raw(" of them new");
    }
    page.raw(".");
}

fn row(
    page: &mut Page,
    version: &VersionRow,
    steps: Option<&Steps>,
    (section, locks): (&Section, Option<&Report>),
) {
    page.raw("<tr class=\"").raw(state(section, version)).raw("\"><th scope=\"row\"");
    if let Some(file) = &version.file {
        page.raw(" title=\"").text(file).raw("\"");
    }
    page.raw(">").name(&version.name).raw("</th><td>");
    page.raw(match (version.new, worst(&section.results, &version.id)) {
        (_, Some(Severity::Failure)) => "finding",
        (Some(true), _) => "new",
        (Some(false), _) => "shipped",
        (None, _) => "",
    });
    page.raw("</td><td>");
    took(page, steps.and_then(|steps| steps.up), "");
    page.raw("</td><td>");
    took(page, steps.and_then(|steps| steps.down), if version.has_down { "" } else { "none" });
    page.raw("</td><td>");
    if let Some(changes) = steps.and_then(|steps| steps.changes.as_ref()) {
        list(page, changes);
    }
    page.raw("</td>");
    if let Some(locks) = locks {
        let of_version = locks.findings.iter().filter(|finding| {
            finding.version.as_ref().is_some_and(|found| found.id.to_string() == version.id)
        });
        let titles: Vec<String> = of_version.map(|finding| finding.title.clone()).collect();
        page.raw("<td>");
        list(page, &titles);
        page.raw("</td>");
    }
    page.raw("</tr>\n");
}

fn took(page: &mut Page, micros: Option<u64>, none: &'static str) {
    match micros {
        Some(micros) => page.text(time(Duration::from_micros(micros))),
        None => page.raw(none),
    };
}

fn list(page: &mut Page, texts: &[String]) {
    if texts.is_empty() {
        return;
    }
    let folded = texts.len() > SHOWN;
    if folded {
        page.raw("<details><summary>").count(texts.len()).raw(" lines</summary>");
    }
    page.raw("<ul>");
    for text in texts {
        page.raw("<li>").name(text).raw("</li>");
    }
    page.raw("</ul>");
    if folded {
        page.raw("</details>");
    }
}

fn state(section: &Section, version: &VersionRow) -> &'static str {
    match worst(&section.results, &version.id) {
        Some(Severity::Failure) => "failed",
        _ if version.new == Some(true) => "new",
        _ => "old",
    }
}

/// A bar upwards for each up and one downwards for each down, by the square root of the time.
fn chart<'a>(
    page: &mut Page,
    section: &Section,
    versions: &'a [VersionRow],
    of: &impl Fn(&'a VersionRow) -> Option<&'a Steps>,
) {
    let known = versions.iter().filter_map(|row| Some((row, of(row)?)));
    let slowest = known
        .clone()
        .filter_map(|(row, steps)| Some((steps.up?, row)))
        .max_by_key(|(micros, _)| *micros);
    let longest = known.flat_map(|(_, steps)| [steps.up, steps.down]).flatten().max();
    let (Some((micros, slowest)), Some(longest)) = (slowest, longest) else { return };
    let height = |micros: Option<u64>| {
        let share = (to_float(micros.unwrap_or(0)) / to_float(longest.max(1))).sqrt();
        (share * HALF).max(if micros.is_some() { 1.0 } else { 0.0 })
    };
    page.raw("<figure><svg class=\"chart\" role=\"img\" viewBox=\"0 0 ").count(versions.len() * 10);
    page.raw(" 101\" preserveAspectRatio=\"none\" aria-label=\"");
    page.raw("Time of each version: its up above the line, its down below\">\n");
    for (index, row) in versions.iter().enumerate() {
        let Some(steps) = of(row) else { continue };
        let (up, down) = (height(steps.up), height(steps.down));
        page.raw("<path class=\"").raw(state(section, row)).raw("\" d=\"M").count(index * 10 + 1);
        page.text(format!(" {:.1}h8V{:.1}h-8z", HALF - up, HALF + 1.0 + down));
        page.raw("\"/>\n");
    }
    page.raw(
        "</svg>\n<figcaption>The time of each up, above the line, and of each down, below it.",
    );
    page.raw(" The slowest up is that of ").name(&slowest.name).raw(" with ");
    page.text(time(Duration::from_micros(micros))).raw(".</figcaption></figure>\n");
}

#[allow(clippy::cast_precision_loss, reason = "the height of a bar")]
fn to_float(micros: u64) -> f64 {
    micros as f64
}
