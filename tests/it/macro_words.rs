//! Words that the macros and the runtime both know.

use gauntlet::catalog::IgnoreRule;

/// The macros cannot ask the runtime; they have the words in a file of their own.
#[test]
fn the_macros_know_what_the_runtime_ignores() {
    let known: Vec<&str> = IgnoreRule::names().collect();
    let words: Vec<&str> =
        include_str!("../../gauntlet-macros/src/ignorable.txt").lines().collect();
    assert_eq!(words, known, "write the runtime's list into gauntlet-macros/src/ignorable.txt");
}
