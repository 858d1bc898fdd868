//! Runs a test that fails on purpose, in a process of its own, and gives back what it says.

use std::process::Command;

/// What a test of this program writes when it fails, without what differs from run to run.
pub fn failure_of(test: &str) -> String {
    let text = output_of(test);
    let said = text.split("panicked at ").nth(1).unwrap_or(&text);
    // The place stands on a line of its own.
    let said = said.split_once('\n').map_or(said, |(_, rest)| rest);
    let said = said.split("note: run with `RUST_BACKTRACE").next().unwrap_or(said);
    format!("{}\n", settled(said).trim_end())
}

/// All that a test of this program writes.
pub fn output_of(test: &str) -> String {
    let exe = std::env::current_exe().expect("a test knows its program");
    let output = Command::new(exe)
        .args(["--include-ignored", "--exact", "--nocapture", test])
        .env_remove("RUST_BACKTRACE")
        .output()
        .expect("this program can be started again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("running 0 tests"), "there is no test {test}");
    text
}

/// The text with the same number for every measured time and every process.
fn settled(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words: Vec<String> = line.split(' ').map(word).collect();
        lines.push(words.join(" ").trim_end().to_owned());
    }
    lines.join("\n")
}

fn word(word: &str) -> String {
    let number = word.trim_end_matches("ms");
    if number.len() < word.len() && number.contains('.') && number.parse::<f64>().is_ok() {
        return "…ms".to_owned();
    }
    word.to_owned()
}
