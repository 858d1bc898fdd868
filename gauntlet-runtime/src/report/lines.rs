//! Values of several lines, as a compact difference instead of two full texts.

use std::fmt::Write as _;

use similar::{ChangeTag, group_diff_ops};

use super::edits::edits;

/// How many equal lines are shown around a change.
const CONTEXT: usize = 2;

/// How many lines of one value are shown.
const MOST: usize = 40;

/// The lines that differ, `-` before expected and `+` before actual, with a few equal ones around them.
pub(super) fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual) = (dedent(expected), dedent(actual));
    let (expected, actual): (Vec<_>, Vec<_>) =
        (expected.lines().collect(), actual.lines().collect());
    let changes = edits(&expected, &actual);
    let mut out = String::new();
    for (number, group) in group_diff_ops(changes, CONTEXT).iter().enumerate() {
        if number > 0 {
            out.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| op.iter_changes(&expected, &actual)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let _ = writeln!(out, "{}", format!("{sign} {}", change.value().trim_end()).trim_end());
        }
    }
    cut(&out)
}

/// A text without the white space that all its lines begin with and without empty lines around it, cut when it is long.
pub(super) fn whole(text: &str) -> String {
    cut(&dedent(text))
}

fn dedent(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let common = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let mut out = String::new();
    for line in lines.get(first..end).unwrap_or_default() {
        out.push_str(line.get(common..).unwrap_or_default());
        out.push('\n');
    }
    out
}

fn cut(text: &str) -> String {
    let lines = text.lines().count();
    if lines <= MOST {
        return text.to_owned();
    }
    let mut out: String = text.split_inclusive('\n').take(MOST - 1).collect();
    let _ = writeln!(out, "… {} more lines", lines - MOST + 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_far_from_a_change_are_left_out() {
        let expected = "\n  a\n  b\n  c\n  d\n  e\n  f\n";
        let actual = "\n  a\n  b\n  c\n  d\n  x\n  f\n";
        assert_eq!(difference(expected, actual), "  c\n  d\n- e\n+ x\n  f\n");
    }

    #[test]
    fn changes_far_apart_stand_in_groups() {
        let lines = |first: &str, last: &str| format!("{first}\n1\n2\n3\n4\n5\n6\n{last}");
        assert_eq!(
            difference(&lines("a", "y"), &lines("b", "z")),
            "- a\n+ b\n  1\n  2\n  …\n  5\n  6\n- y\n+ z\n"
        );
    }

    #[test]
    fn long_texts_are_cut() {
        let text: Vec<String> = (0..100).map(|i| i.to_string()).collect();
        let shown = whole(&text.join("\n"));
        assert_eq!(shown.lines().count(), MOST);
        assert!(shown.ends_with("38\n… 61 more lines\n"));
    }
}
