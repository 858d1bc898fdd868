//! The convention that a schema follows by itself: affixes that many of its names share, and the settings that accept the
//! names of a schema as they are.

use std::collections::BTreeMap;

use super::{Rule, Subject};

/// How many names have to share an affix before it counts as a convention.
const SOME: usize = 3;

/// The number of names of one kind up to which each of them is excused by itself.
const SINGLE: usize = 5;

/// A beginning such as `idx_`, or an ending such as `_idx`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Affix {
    Prefix(String),
    Suffix(String),
}

impl Affix {
    fn fits(&self, name: &str) -> bool {
        match self {
            Affix::Prefix(prefix) => name.starts_with(prefix.as_str()),
            Affix::Suffix(suffix) => name.ends_with(suffix.as_str()),
        }
    }

    /// As a glob: `idx_*`.
    fn glob(&self) -> String {
        match self {
            Affix::Prefix(prefix) => format!("{prefix}*"),
            Affix::Suffix(suffix) => format!("*{suffix}"),
        }
    }
}

/// The affixes that more than half of these names have.
pub(super) fn of_most(names: &[Subject<'_>]) -> Vec<Affix> {
    let counts = counts(names.iter());
    let most = counts.into_iter().filter(|(_, count)| *count >= SOME && count * 2 > names.len());
    most.map(|(affix, _)| affix).collect()
}

/// How often each affix occurs that is not the name of a table or a column.
fn counts<'a>(names: impl Iterator<Item = &'a Subject<'a>>) -> BTreeMap<Affix, usize> {
    let mut counts = BTreeMap::new();
    for subject in names {
        for affix in affixes(subject) {
            *counts.entry(affix).or_default() += 1;
        }
    }
    counts
}

fn affixes(subject: &Subject<'_>) -> Vec<Affix> {
    let name = subject.name;
    let first = name.find('_').map(|at| &name[..=at]).filter(|prefix| {
        let word = prefix.trim_end_matches('_');
        let starts = |other: &str| other == word || other.starts_with(prefix);
        !word.is_empty() && !starts(subject.table) && !subject.columns.iter().any(|c| starts(c))
    });
    let last = name.rfind('_').map(|at| &name[at..]).filter(|suffix| {
        let word = suffix.trim_start_matches('_');
        let ends = |other: &str| other == word || other.ends_with(suffix);
        let numbered = word.bytes().all(|byte| byte.is_ascii_digit());
        !numbered && !ends(subject.table) && !subject.columns.iter().any(|c| ends(c))
    });
    let first = first.map(|prefix| Affix::Prefix(prefix.to_owned()));
    first.into_iter().chain(last.map(|suffix| Affix::Suffix(suffix.to_owned()))).collect()
}

/// What accepts the names of one kind as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// Globs with one `*` at an end; `None` keeps the rule.
    pub(crate) globs: Option<Vec<String>>,
    /// The names to excuse one by one.
    pub(crate) except: Vec<String>,
}

/// What accepts these names: `wrong` break the rule, `right` follow it. `None` where only the removal of the rule would.
pub(crate) fn accept(
    rule: &Rule,
    right: &[Subject<'_>],
    wrong: &[Subject<'_>],
) -> Option<Acceptance> {
    let one_by_one = |left: &[&Subject<'_>]| {
        let mut names: Vec<String> = left.iter().map(|subject| subject.name.to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    let mut left: Vec<&Subject<'_>> = wrong.iter().collect();
    let mut found = Vec::new();
    if let Rule::Affixes { .. } = rule {
        while let Some((affix, _)) = counts(left.iter().copied())
            .into_iter()
            .filter(|(_, count)| *count >= SOME)
            // Of equals the first, so that the answer is always the same.
            .rev()
            .max_by_key(|(_, count)| *count)
        {
            left.retain(|subject| !affix.fits(subject.name));
            found.push(affix);
        }
    }
    if left.len() > SINGLE {
        return None;
    }
    let except = one_by_one(&left);
    let Rule::Affixes { prefixes, suffixes } = rule else {
        return Some(Acceptance { globs: None, except });
    };
    if found.is_empty() {
        return Some(Acceptance { globs: None, except });
    }
    let own = prefixes.iter().cloned().map(Affix::Prefix);
    let own = own.chain(suffixes.iter().cloned().map(Affix::Suffix));
    let used = own.filter(|affix| right.iter().any(|subject| affix.fits(subject.name)));
    let mut all: Vec<Affix> = used.chain(found).collect();
    all.sort();
    all.dedup();
    Some(Acceptance { globs: Some(all.iter().map(Affix::glob).collect()), except })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming::NameKind;

    fn on<'a>(table: &'a str, columns: &'a [String], name: &'a str) -> Subject<'a> {
        Subject { kind: NameKind::Index, table, columns, name }
    }

    #[test]
    fn the_affix_of_most_names_is_a_convention() {
        let email = ["email".to_owned()];
        let names = ["ix_a", "ix_b", "ix_c", "by_email"].map(|name| on("users", &email, name));
        assert_eq!(of_most(&names), [Affix::Prefix("ix_".to_owned())]);
        assert_eq!(of_most(&names[1..]), [], "two are not a convention");
    }

    #[test]
    fn tables_columns_and_numbers_are_no_affixes() {
        let columns = ["org_id".to_owned()];
        let names = ["users_org_id", "users_a_org_id", "users_b_2", "users_id", "org_x_1"]
            .map(|name| on("users", &columns, name));
        assert_eq!(of_most(&names), []);
        assert!(counts(names.iter()).is_empty(), "{:?}", counts(names.iter()));
    }

    #[test]
    fn names_are_accepted_by_what_they_share_and_else_one_by_one() {
        let rule = Rule::Affixes { prefixes: vec!["idx_".into(), "uq_".into()], suffixes: vec![] };
        let right = [on("t", &[], "idx_t_a")];
        let wrong = ["a_index", "b_index", "c_index", "old"].map(|name| on("t", &[], name));
        let all = accept(&rule, &right, &wrong).unwrap();
        assert_eq!(all.globs.unwrap(), ["idx_*", "*_index"]);
        assert_eq!(all.except, ["old"]);
        let few = accept(&rule, &right, &wrong[2..]).unwrap();
        assert_eq!((few.globs, few.except.len()), (None, 2));
        let many = ["q1", "w2", "e3", "r4", "t5", "y6"].map(|name| on("t", &[], name));
        assert_eq!(accept(&rule, &right, &many), None);
    }
}
