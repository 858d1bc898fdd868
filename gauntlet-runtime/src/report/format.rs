//! An output format.

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
    /// The environment variable that names a file to which the reports of a run are appended in this format:
    /// `GAUNTLET_JSON`.
    pub fn variable(&self) -> String {
        format!("GAUNTLET_{}", self.name.to_ascii_uppercase())
    }
}
