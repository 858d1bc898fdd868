//! What keeps the text of a report short: equal changes as one, and ends for what is long. The JSON of a run has all of it.

use crate::catalog::{Change, Difference};
use crate::finding::{Finding, Severity};

/// Where the rest of a text is.
pub(super) const REST: &str = "GAUNTLET_JSON=path writes all of it to a file";

/// How many names one list has in a text.
pub(super) const NAMES: usize = 10;

/// How many changes a text shows of one finding.
pub(super) const CHANGES: usize = 30;

/// How many lines of code a help shows.
const CODE: usize = 40;

/// How many findings are shown in full. Of the others, title and place are shown.
pub(super) const IN_FULL: usize = 20;

/// From how many on equal things are shown as one.
const SEVERAL: usize = 3;

/// Differences with one change: the same attribute of several objects, from the same value to the same value.
pub(super) fn equal_changes(differences: &[Difference]) -> Vec<Vec<&Difference>> {
    groups(differences.iter(), |a, b| {
        a.change == Change::Changed
            && b.change == Change::Changed
            && a.attribute.is_some()
            && a.severity == b.severity
            && a.object.kind == b.object.kind
            && (&a.attribute, &a.expected, &a.actual) == (&b.attribute, &b.expected, &b.actual)
    })
}

/// The notes of one kind.
pub(super) fn equal_notes(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    groups(findings.iter().filter(|f| f.severity == Severity::Note), |a, b| a.kind == b.kind)
}

/// Groups in the order of their first members; where there are only a few members, each is a group.
fn groups<'a, T>(
    all: impl Iterator<Item = &'a T>,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| same(group[0], one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let split = |group: Vec<&'a T>| {
        if group.len() < SEVERAL {
            group.into_iter().map(|one| vec![one]).collect()
        } else {
            vec![group]
        }
    };
    groups.into_iter().flat_map(split).collect()
}

/// The first of many names, and how many there are more.
pub(super) fn names(all: &[String]) -> String {
    // "and 1 more" could as well be that one.
    if all.len() <= NAMES + 1 {
        return all.join(", ");
    }
    format!("{} and {} more", all[..NAMES].join(", "), all.len() - NAMES)
}

/// The beginning of a code that is long, with a comment on the rest.
pub(super) fn code(text: &str, comment: &str) -> String {
    let lines = text.lines().count();
    if lines <= CODE + 1 {
        return text.to_owned();
    }
    let mut out: String = text.split_inclusive('\n').take(CODE).collect();
    out.push_str(&format!("{comment} … {} more lines: {REST}", lines - CODE));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Kind, ObjectId, Value};

    fn changed(column: &str, actual: &str) -> Difference {
        let value = |text: &str| Value::Text(text.to_owned());
        let id = ObjectId::child(Kind::Column, "t", column);
        Difference::attribute(id, "type", Some(&value("integer")), Some(&value(actual)))
    }

    #[test]
    fn equal_changes_are_one_from_three_on() {
        let all = [
            changed("a", "bigint"),
            changed("b", "text"),
            changed("c", "bigint"),
            changed("d", "text"),
            changed("e", "bigint"),
        ];
        let sizes: Vec<usize> = equal_changes(&all).iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 1, 1]);
    }

    #[test]
    fn long_lists_and_codes_say_how_much_is_left_out() {
        let list: Vec<String> = (0..12).map(|n| n.to_string()).collect();
        assert_eq!(names(&list[..11]), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
        assert_eq!(names(&list), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
        let text = "SELECT 1;\n".repeat(43);
        let cut = code(&text, "--");
        assert_eq!(cut.lines().count(), 41);
        assert!(
            cut.ends_with("\n-- … 3 more lines: GAUNTLET_JSON=path writes all of it to a file")
        );
        assert_eq!(code(&text[..41 * 10], "--").lines().count(), 41);
    }
}
