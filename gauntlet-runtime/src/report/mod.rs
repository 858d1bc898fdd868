//! Findings, and how they are told: text for people, one JSON line a check for machines.
//!
//! Checks make [`Finding`]s and never format them; what a person reads is written in `text`, with the
//! words of `words`, and nowhere else.

mod edits;
mod json;
mod lines;
mod lists;
mod text;
mod words;

pub use json::{JsonFinding, JsonLine, append};
pub use text::{render, render_notes, render_one};
