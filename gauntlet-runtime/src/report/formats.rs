//! The list of output formats.

use super::{Format, json, text};

impl Format {
    /// Every format.
    pub const ALL: &[Format] = &[json::FORMAT, text::FORMAT];
}
