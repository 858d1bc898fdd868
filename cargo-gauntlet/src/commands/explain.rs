//! `explain`: what a kind of finding means, with an example.

use gauntlet_plan::unknown;

use super::output::print;
use crate::failure::{Failure, Verdict};

/// The page with a section for each kind.
const PAGE: &str = include_str!("../../findings.md");

pub(super) fn run(asked: &[String]) -> Result<Verdict, Failure> {
    if asked.is_empty() {
        let all: String = kinds().flat_map(|kind| [kind, "\n"]).collect();
        print(&all)?;
    } else {
        let texts: Vec<String> =
            asked.iter().map(|kind| explain(kind)).collect::<Result<_, _>>()?;
        print(&texts.join("\n"))?;
    }
    Ok(Verdict::Passed)
}

/// The section of a kind, as a text with its name at the beginning.
fn explain(kind: &str) -> Result<String, Failure> {
    let found = sections().find(|(name, _)| *name == kind);
    let Some((name, text)) = found else {
        let known: Vec<&str> = kinds().collect();
        return Err(Failure::Usage(unknown("kind of finding", kind, &known)));
    };
    let lines = text.lines().filter(|line| !line.starts_with("```"));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    Ok(format!("{name}\n\n{}\n", text.trim()))
}

fn kinds() -> impl Iterator<Item = &'static str> {
    sections().map(|(name, _)| name)
}

/// The kinds, each with its text in Markdown.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = PAGE.split("\n## ").skip(1);
    sections.filter_map(|section| section.split_once('\n'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The kinds that `docs/json.md` lists; a test of the runtime's findings holds that it lists all of them.
    fn documented() -> BTreeSet<&'static str> {
        let page = include_str!("../../../docs/json.md");
        let (_, table) = page.split_once("\n| check |").expect("the table of kinds is there");
        let words =
            table.lines().skip(2).take_while(|line| line.starts_with('|')).flat_map(|line| {
                let (_, kinds) = line[1..].split_once('|').expect("a row has columns");
                kinds.split('`').skip(1).step_by(2)
            });
        let is_kind = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let others = ["error", "up_to_date"];
        words.filter(is_kind).filter(|word| !others.contains(word)).collect()
    }

    #[test]
    fn every_kind_has_a_section_with_an_example_and_a_next_step() {
        let (known, documented): (BTreeSet<&str>, BTreeSet<&str>) =
            (kinds().collect(), documented());
        let missing: Vec<_> = documented.difference(&known).copied().collect();
        assert!(missing.is_empty(), "findings.md has no section for {missing:?}");
        // Those of `drift` are not of a check.
        let of_drift = [
            "applied_up_changed",
            "database_drift",
            "database_drift_note",
            "unknown_applied_version",
            "pending_versions",
        ];
        let idle: Vec<_> =
            known.difference(&documented).filter(|kind| !of_drift.contains(kind)).collect();
        assert!(idle.is_empty(), "docs/json.md does not list {idle:?}");
        assert_eq!(kinds().count(), known.len(), "a kind has two sections");
        for (kind, text) in sections() {
            let parts: Vec<&str> = text.split("```").collect();
            let [before, example, after] = parts[..] else { panic!("{kind} has no example") };
            assert!(
                before.trim().ends_with('.') || before.trim().ends_with(':'),
                "{kind}: {before}"
            );
            assert!(example.lines().count() > 1, "{kind}: the example is empty");
            assert!(!after.trim().is_empty(), "{kind} has no next step");
        }
    }

    #[test]
    fn an_unknown_kind_is_refused_with_the_one_that_was_meant() {
        let text = explain("residu").unwrap_err().to_string();
        assert!(
            text.starts_with("unknown kind of finding `residu`, did you mean `residue`?"),
            "{text}"
        );
    }
}
