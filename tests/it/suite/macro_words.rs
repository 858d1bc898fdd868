//! Words that the macros and the runtime both know.

use gauntlet::catalog::IgnoreRule;
use gauntlet::checks::Check;

/// The macros cannot ask the runtime; they have the words in a file of their own.
#[test]
fn the_macros_know_what_the_runtime_ignores() {
    let known: Vec<&str> = IgnoreRule::names().collect();
    let words: Vec<&str> =
        include_str!("../../../gauntlet-macros/src/ignorable.txt").lines().collect();
    assert_eq!(words, known, "write the runtime's list into gauntlet-macros/src/ignorable.txt");
}

#[test]
fn the_macros_know_the_checks() {
    let words = include_str!("../../../gauntlet-macros/src/checks.txt");
    let known: Vec<(&str, bool)> =
        Check::ALL.iter().map(|check| (check.name(), check.needs_model())).collect();
    let emitted: Vec<(&str, bool)> = words
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, argument)| (name, argument == "model"))
        .collect();
    assert_eq!(emitted, known, "write the runtime's list into gauntlet-macros/src/checks.txt");
}
