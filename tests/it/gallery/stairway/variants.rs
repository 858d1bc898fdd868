//! `stairway` over generated histories: what is faulty is reported, and nothing else, in both isolations.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::stage::Seed;

use crate::support::Case;
use crate::support::histories::{Variant, Version};
use crate::support::oracle::{Extent, extent};

/// The number of versions: a version in ten has what makes the variant, the first of them the eighth; the three kinds of
/// faulty downs come in turn.
pub(super) fn versions(variant: Variant) -> usize {
    match variant {
        _ if extent() != Extent::Sample => 40,
        Variant::Faulty => 28,
        _ => 8,
    }
}

pub(super) fn case(versions: &[Version], seeds: &[(i64, String)]) -> Case {
    let mut files = String::new();
    for version in versions {
        let stem = format!("{}_{}", version.number, version.name);
        write!(files, "\n--- {stem}.up.sql\n{}--- {stem}.down.sql\n{}", version.up, version.down)
            .unwrap();
    }
    let seeds = seeds.to_vec();
    Case::new(Stairway, &files).with(move |suite| {
        seeds
            .iter()
            .fold(suite, |suite, (version, rows)| suite.seed_at(*version, Seed::sql(rows.clone())))
    })
}

/// The versions that failures accuse.
fn accused(text: &str, versions: &[Version]) -> BTreeSet<i64> {
    let notes = text.find("note: ").unwrap_or(text.len());
    let titles =
        text[..notes].lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let named = |title: &str| {
        versions
            .iter()
            .map(|version| version.number)
            .filter(|number| title.contains(&number.to_string()))
            .collect::<Vec<_>>()
    };
    titles.flat_map(named).collect()
}

#[test]
fn what_is_faulty_is_accused_and_nothing_else() {
    for (seed, variant) in (7..).zip(Variant::ALL) {
        let history = variant.history(versions(variant), seed);
        let case = case(&history.versions, &history.seeds);
        let text = case.text(Isolation::Database);
        let faulty: BTreeSet<i64> = history.faulty.iter().copied().collect();
        assert_eq!(accused(&text, &history.versions), faulty, "{variant}: {text}");
        if extent() == Extent::Sample && (variant == Variant::Faulty || seed % 2 == 0) {
            // What has faults and roles is judged in both.
            continue;
        }
        // Roles are the same to both.
        let in_schema = case.text(Isolation::Schema);
        assert_eq!(in_schema, text, "{variant}: the text is different in schema isolation");
    }
}
