//! The attributes of `.gitattributes` that decide on the bytes of a file.

use super::GitError;
use super::program::Program;

/// The attributes of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Every checkout has the same bytes: `eol=lf`, `eol=crlf`, `-text`.
    pub(crate) pins_line_ends: bool,
    /// Lines that two branches add are all kept: `merge=union`.
    pub(crate) merges_lines: bool,
}

impl Attributes {
    pub(super) fn read(program: &Program, files: &[String]) -> Result<Vec<Attributes>, GitError> {
        const ARGS: [&str; 6] = ["check-attr", "-z", "--stdin", "text", "eol", "merge"];
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let out = program.ask(&ARGS, (files.join("\0") + "\0").into_bytes())?;
        let out = String::from_utf8_lossy(&out);
        let fields: Vec<&str> = out.split_terminator('\0').collect();
        // Three attributes a file, three fields an attribute: path, attribute, value.
        let found: Vec<Attributes> = fields
            .chunks_exact(9)
            .map(|fields| Attributes {
                pins_line_ends: fields[2] == "unset" || ["lf", "crlf"].contains(&fields[5]),
                merges_lines: fields[8] == "union",
            })
            .collect();
        if found.len() != files.len() {
            let answer = format!("{} files instead of {}", found.len(), files.len());
            return Err(GitError::Answer { command: format!("git {}", ARGS.join(" ")), answer });
        }
        Ok(found)
    }
}
