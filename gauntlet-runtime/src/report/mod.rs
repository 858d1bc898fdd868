//! Output formats: reports as text for people, as JSON lines for machines.
//!
//! The words, the order, the caps and the layout of everything that a person reads of a finding are here. Each format is
//! made from the data of a [`Report`] alone, so that it can be made from the JSON of a run as well.

mod edits;
mod json;
mod lines;
mod lists;
mod settings;
mod text;
mod words;

pub use settings::Settings;
pub use text::{finding, render, render_for, render_notes};

use crate::finding::Report;

/// An output format: a file of this folder, and a line in [`Format::ALL`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Format {
    /// Its name, such as `json`.
    pub name: &'static str,
    /// The text of a report, with a line feed at its end; empty when there is nothing to say.
    pub render: fn(&Report) -> String,
}

impl Format {
    /// Every format.
    pub const ALL: &[Format] = &[json::FORMAT, text::FORMAT];

    /// The environment variable that names a file to which the reports of a run are appended in this format:
    /// `GAUNTLET_JSON`.
    pub fn variable(&self) -> String {
        format!("GAUNTLET_{}", self.name.to_ascii_uppercase())
    }
}
