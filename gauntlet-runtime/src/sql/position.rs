//! Positions in a text as a person counts them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A position in a file: line and column, both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Position {
    /// The position of a byte offset; an offset past the end counts as the end.
    pub fn of_byte(text: &str, offset: usize) -> Position {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let lines = before.matches('\n').count();
        Position {
            line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
            column: u32::try_from(before[line_start..].chars().count() + 1).unwrap_or(u32::MAX),
        }
    }

    /// The byte offset of the position in its text, at most the end of its line.
    pub(crate) fn byte_in(self, text: &str) -> usize {
        let start = self.line_in(text);
        let line = text[start..].split('\n').next().unwrap_or_default();
        let column = self.column.saturating_sub(1) as usize;
        start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }

    /// The byte offset of the beginning of the line in its text.
    pub(crate) fn line_in(self, text: &str) -> usize {
        match self.line.saturating_sub(2) {
            _ if self.line < 2 => 0,
            before => {
                let end = text.match_indices('\n').nth(before as usize);
                end.map_or(text.len(), |(at, _)| at + 1)
            }
        }
    }

    /// The position of a character offset counted from 1, as the error field `P` of PostgreSQL counts.
    pub fn of_char(text: &str, position: usize) -> Position {
        let byte =
            text.char_indices().nth(position.saturating_sub(1)).map_or(text.len(), |(i, _)| i);
        Position::of_byte(text, byte)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let text = "SELECT 1;\nSÉLECT 2;";
        assert_eq!(Position::of_byte(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of_char(text, 13), Position { line: 2, column: 3 });
        assert_eq!(Position::of_byte(text, 999), Position { line: 2, column: 10 });
    }

    #[test]
    fn positions_lead_back_to_their_bytes() {
        let text = "SÉLECT 1;\n\nSELECT 'ä';\n";
        for (at, _) in text.char_indices() {
            let position = Position::of_byte(text, at);
            assert_eq!(position.byte_in(text), at);
            assert!(text[..at].rfind('\n').map_or(0, |at| at + 1) == position.line_in(text));
        }
        assert_eq!(Position { line: 9, column: 1 }.byte_in(text), text.len());
    }
}
