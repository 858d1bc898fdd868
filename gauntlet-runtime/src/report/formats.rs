//! The list of output formats.

use super::{Format, json, text};

impl Format {
    /// JSON lines, for machines.
    pub const JSON: Format = json::FORMAT;

    /// Every format.
    pub const ALL: &[Format] = &[Format::JSON, text::FORMAT];
}
