//! Runs a test that fails on purpose, in a process of its own, and gives back what it says.

#![allow(dead_code)] // Each file uses its part.

use std::process::Command;

/// Tells a suite which history to take; see [`failure_with`].
const HISTORY: &str = "ADVANCED_HISTORY";

/// The history that a suite runs: the one of the example, or one that is broken on purpose.
pub fn history() -> String {
    std::env::var(HISTORY).unwrap_or_else(|_| "migrations".to_owned())
}

/// What a test that passes writes when its suite has another [`history`].
pub fn failure_with(history: &str, test: &str) -> String {
    shortened(&run(test, &[(HISTORY, history)]))
}

/// What a test of this program writes when it fails, without what differs from run to run.
pub fn failure_of(test: &str) -> String {
    shortened(&output_of(test))
}

fn shortened(printed: &str) -> String {
    let said = printed.split("panicked at ").nth(1).unwrap_or(printed);
    // The place stands on a line of its own.
    let said = said.split_once('\n').map_or(said, |(_, rest)| rest);
    let said = said.split("note: run with `RUST_BACKTRACE").next().unwrap_or(said);
    format!("{}\n", settled(said).trim_end())
}

/// All that a test of this program writes.
pub fn output_of(test: &str) -> String {
    run(test, &[])
}

fn run(test: &str, variables: &[(&str, &str)]) -> String {
    let exe = std::env::current_exe().expect("a test knows its program");
    let output = Command::new(exe)
        .args(["--include-ignored", "--exact", "--nocapture", test])
        .env_remove("RUST_BACKTRACE")
        // A checkout of this project consents; a user's does not.
        .env_remove("GAUNTLET_INSTALL")
        .envs(variables.iter().copied())
        .output()
        .expect("this program can be started again");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(!printed.contains("running 0 tests"), "there is no test {test}");
    printed
}

/// The text with `…` for every measured time.
fn settled(printed: &str) -> String {
    let mut lines = Vec::new();
    for line in printed.lines() {
        let words: Vec<&str> = line.split(' ').map(|w| if is_time(w) { "…" } else { w }).collect();
        let line = words.join(" ");
        // Times stand in a column of their own, aligned at the right.
        let lead = line.len() - line.trim_start().len();
        let lead = if line.trim_start().starts_with('…') { lead.min(5) } else { lead };
        lines.push(format!("{}{}", " ".repeat(lead), line.trim()));
    }
    lines.join("\n")
}

fn is_time(word: &str) -> bool {
    let number = word.trim_end_matches(|c: char| c.is_alphabetic());
    number.len() < word.len() && number.contains('.') && number.parse::<f64>().is_ok()
}

/// The text with `…` for every number of two or more digits that is no version, and for seconds.
pub fn without_numbers(printed: &str) -> String {
    let number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let words = printed.split(' ').map(|w| if number(w) && w.len() < 8 { "…" } else { w });
    words.collect::<Vec<_>>().join(" ")
}
