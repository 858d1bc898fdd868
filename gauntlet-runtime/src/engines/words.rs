//! Words for a problem of a history, where an engine has none of its own.

use crate::history::{Misnaming, Problem};
use crate::regular_file::NOT_A_FILE;

/// A problem in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Words {
    /// The problem, and what the engine does about it, in one line without a full stop.
    pub title: String,
    /// The next step, in the imperative and without a full stop.
    pub help: String,
}

impl Words {
    /// A title and a next step.
    pub fn new(title: impl Into<String>, help: impl Into<String>) -> Words {
        Words { title: title.into(), help: help.into() }
    }

    /// Words that fit every engine.
    pub fn neutral(problem: &Problem) -> Words {
        match problem {
            Problem::Duplicate { version, .. } => Words::new(
                format!("several scripts have version {version}"),
                "give one of them a version of its own, later than the last",
            ),
            Problem::DownWithoutUp { version, .. } => Words::new(
                format!("the down of {version} has no up"),
                "delete the file, or give it the version of its up script",
            ),
            Problem::UpWithoutDown { version, .. } => Words::new(
                format!("{version} has no down script"),
                "write the down script, or declare the version irreversible",
            ),
            Problem::Mixed { .. } => Words::new(
                "some migrations have a down script and some do not",
                "write the down scripts that are missing",
            ),
            Problem::Misnamed { why, right, .. } => {
                let title = match why {
                    Misnaming::NoUnderscore => {
                        "this file is not run: no `_` separates the version from the name".into()
                    }
                    Misnaming::Suffix => {
                        "this file is not run: its name does not end in `.sql`".into()
                    }
                    Misnaming::NotAFile => format!("this is not run: {NOT_A_FILE}"),
                    Misnaming::Direction { taken_for } => {
                        format!("this file runs as the up of a migration named `{taken_for}`")
                    }
                };
                let help = match right {
                    Some(right) => format!("rename it to {right}"),
                    None => "rename it, or move it out of the folder".to_owned(),
                };
                Words::new(title, help)
            }
            Problem::NotAVersion { prefix, .. } => Words::new(
                format!("`{prefix}` is not a version"),
                "begin the name with a version, or move the file out of the folder",
            ),
            Problem::OtherLayout { tool, sign, .. } => Words::new(
                format!("this is laid out for {tool}: {sign}"),
                "give each version an up script and a down script of its own, as the engine names them",
            ),
            Problem::Unreadable { why, .. } => Words::new(
                format!("a script cannot be read: {why}"),
                "save it as UTF-8, readable by the user who runs the migrations",
            ),
            Problem::SharedTable { table, parts, .. } => Words::new(
                format!("{} keep their records in one table, {table}", parts.join(" and ")),
                "give each history a table of its own",
            ),
            Problem::OddLength { version, usual, .. } => Words::new(
                format!("{version} has a version of another length; most have {usual} digits"),
                "correct the version if it does not run where it should",
            ),
        }
    }
}
