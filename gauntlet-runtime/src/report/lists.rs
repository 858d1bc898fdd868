//! Long lists, shortened to the part that differs and its neighbours.

use std::ops::Range;

use similar::DiffOp;

use super::edits::edits;

/// Lists that fit into a line of so many bytes are shown whole.
const LINE: usize = 100;

/// Both lists as `(a, b)`; where one is long, `…` stands for what is equal and far from a difference.
pub(super) fn difference(expected: &[String], actual: &[String]) -> (String, String) {
    let whole = |list: &[String]| format!("({})", list.join(", "));
    let (long, other) = (whole(expected), whole(actual));
    if long.len().max(other.len()) <= LINE {
        return (long, other);
    }
    let mut shows = (vec![false; expected.len()], vec![false; actual.len()]);
    for op in edits(&texts(expected), &texts(actual)) {
        if !matches!(op, DiffOp::Equal { .. }) {
            show(&mut shows.0, op.old_range());
            show(&mut shows.1, op.new_range());
        }
    }
    (shown(expected, &shows.0), shown(actual, &shows.1))
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// A difference and the neighbour on either side.
fn show(shows: &mut [bool], changed: Range<usize>) {
    let range = changed.start.saturating_sub(1)..(changed.end + 1).min(shows.len());
    if let Some(part) = shows.get_mut(range) {
        part.fill(true);
    }
}

fn shown(list: &[String], shows: &[bool]) -> String {
    let mut parts = Vec::new();
    for run in shows.chunk_by(|a, b| a == b).scan(0, |start, run| {
        let range = *start..*start + run.len();
        *start = range.end;
        Some((range, run.first() == Some(&true)))
    }) {
        match run {
            (range, false) if range.len() > 1 => parts.push("…"),
            (range, _) => parts.extend(list[range].iter().map(String::as_str)),
        }
    }
    format!("({})", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, actual: &str, reported: (&str, &str)) {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (expected, actual) = difference(&list(expected), &list(actual));
        assert_eq!((expected.as_str(), actual.as_str()), reported);
    }

    #[test]
    fn short_lists_are_shown_whole() {
        check("a b c", "a c b", ("(a, b, c)", "(a, c, b)"));
    }

    #[test]
    fn of_long_lists_what_differs_and_its_neighbours() {
        let many: Vec<String> = (10..60).map(|n| n.to_string()).collect();
        let all = many.join(" ");
        check(&all, &all.replace(" 30", ""), ("(…, 29, 30, 31, …)", "(…, 29, 31, …)"));
        check(&all, &format!("{all} new"), ("(…, 59)", "(…, 59, new)"));
        let moved = format!("{} 11", all.replacen(" 11", "", 1));
        check(&all, &moved, ("(10, 11, 12, …, 59)", "(10, 12, …, 59, 11)"));
    }
}
