//! Comments above statements.

use super::{Statement, split};

/// The script with the lines that `comment` gives for a statement above it.
pub(crate) fn with_comments(
    script: &str,
    comment: impl Fn(&Statement<'_>) -> Option<String>,
) -> String {
    let mut out = String::new();
    let mut done = 0;
    for statement in split(script) {
        if let Some(lines) = comment(&statement) {
            out.push_str(&script[done..statement.offset]);
            out.push_str(&lines);
            done = statement.offset;
        }
    }
    out + &script[done..]
}
