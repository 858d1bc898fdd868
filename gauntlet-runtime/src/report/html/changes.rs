//! Values side by side, and the differences between two catalogs.

use similar::DiffOp;

use super::page::Page;
use crate::catalog::{Change, Difference};
use crate::finding::Sides;
use crate::report::edits::edits;
use crate::report::words;

/// The names of both sides.
pub(super) fn sides(sides: Sides) -> (&'static str, &'static str) {
    match sides {
        Sides::ModelAndHead => ("in the model", "at head"),
        Sides::BeforeAndAfterDown => ("before the up", "after the down"),
        Sides::FirstAndSecondUp => ("the first time", "the second time"),
        Sides::ApartAndTogether => ("in sessions of their own", "in one session"),
        Sides::NewAndDeployed => ("on a new database", "on a deployed database"),
        Sides::Outside => ("before", "after"),
        Sides::MigrationsAndDatabase => ("by the migrations", "in the database"),
        Sides::VersionsAndBaseline => ("by the versions", "by the baseline"),
        Sides::BeforeAndCutOff => ("before the up", "after it was cut off"),
        Sides::UndisturbedAndAgain => ("undisturbed", "cut off and run again"),
        Sides::FirstAndSecond => ("the first", "the second"),
    }
}

/// Several differences, each with its values side by side.
pub(super) fn differences(page: &mut Page, all: &[Difference], meaning: Sides) {
    if all.is_empty() {
        return;
    }
    page.raw("<ul class=\"differences\">\n");
    for difference in all {
        page.raw("<li><p>").name(words::headline(difference, meaning)).raw("</p>\n");
        match difference.change {
            Change::Changed if difference.attribute.is_some() => {
                let (expected, actual) = words::values(difference);
                side_by_side(page, sides(meaning), &expected, &actual);
            }
            _ => {
                let (expected, actual) = (&difference.expected, &difference.actual);
                if let Some(value) = expected.as_ref().or(actual.as_ref()) {
                    page.raw("<pre><code>").text(value.to_string().trim()).raw("</code></pre>\n");
                }
            }
        }
        page.raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// Two values side by side, line by line.
pub(super) fn side_by_side(
    page: &mut Page,
    (left, right): (&'static str, &'static str),
    expected: &str,
    actual: &str,
) {
    page.raw("<table class=\"sides\"><thead><tr><th scope=\"col\">").raw(left);
    page.raw("</th><th scope=\"col\">").raw(right).raw("</th></tr></thead>\n<tbody>\n");
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    for op in edits(&old, &new) {
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        for row in 0..before.len().max(after.len()) {
            let equal = matches!(op, DiffOp::Equal { .. });
            page.raw("<tr>");
            cell(page, before.get(row), if equal { Cell::Equal } else { Cell::Gone });
            cell(page, after.get(row), if equal { Cell::Equal } else { Cell::New });
            page.raw("</tr>\n");
        }
    }
    page.raw("</tbody></table>\n");
}

enum Cell {
    Equal,
    Gone,
    New,
}

fn cell(page: &mut Page, line: Option<&&str>, kind: Cell) {
    let Some(line) = line else {
        page.raw("<td class=\"none\"></td>");
        return;
    };
    match kind {
        Cell::Equal => page.raw("<td><code>").text(line).raw("</code></td>"),
        Cell::Gone => {
            page.raw("<td class=\"gone\"><del><code>").text(line).raw("</code></del></td>")
        }
        Cell::New => page.raw("<td class=\"new\"><ins><code>").text(line).raw("</code></ins></td>"),
    };
}
