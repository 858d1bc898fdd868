//! One thing that a check found.

use std::path::{Path, PathBuf};

use crate::catalog::Difference;
use crate::migrations::{Migration, StepError, Version};
use crate::sql::Position;

/// Whether a finding fails its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It fails the check.
    Failure,
    /// It is told and fails nothing (unless the suite is `strict`).
    Note,
}

/// What the two sides of a finding's differences are to the reader, so that what is missing or extra is told in
/// the words of the situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sides {
    /// Expected is the model, actual is head.
    #[default]
    ModelAndHead,
    /// Expected is the schema before an up, actual the one after its down.
    BeforeAndAfterDown,
    /// Expected is the schema after the first run of an up, actual the one after the second.
    FirstAndSecondUp,
    /// Expected is what lay outside of a test's own schema before a step, actual what lies there after it.
    Outside,
}

/// One next step for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// What to do, as a sentence without a full stop.
    pub text: String,
    /// The SQL or the line to add, if there is one.
    pub code: Option<String>,
}

/// One thing that a check found: what, where, the difference, one next step.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Whether it fails the check.
    pub severity: Severity,
    /// A stable word for machines, such as `residue` or `down_missing`.
    pub kind: &'static str,
    /// What is wrong, as a sentence without a full stop.
    pub title: String,
    /// The version at fault.
    pub version: Option<Version>,
    /// The file at fault.
    pub file: Option<PathBuf>,
    /// The place in the file.
    pub position: Option<Position>,
    /// The object at fault, for a finding that is not made of differences.
    pub object: Option<String>,
    /// What was expected, for a finding that is not made of differences.
    pub expected: Option<String>,
    /// What is there, for a finding that is not made of differences.
    pub actual: Option<String>,
    /// Facts that belong to it, a line each (what PostgreSQL said, the other file).
    pub facts: Vec<String>,
    /// The differences between two catalogs that it is made of.
    pub differences: Vec<Difference>,
    /// What expected and actual are in these differences.
    pub sides: Sides,
    /// What to do next.
    pub help: Vec<Help>,
}

impl Finding {
    /// A finding that fails its check.
    pub fn failure(kind: &'static str, title: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Failure,
            kind,
            title: title.into(),
            version: None,
            file: None,
            position: None,
            object: None,
            expected: None,
            actual: None,
            facts: Vec::new(),
            differences: Vec::new(),
            sides: Sides::default(),
            help: Vec::new(),
        }
    }

    /// A finding that fails nothing.
    pub fn note(kind: &'static str, title: impl Into<String>) -> Finding {
        Finding { severity: Severity::Note, ..Finding::failure(kind, title) }
    }

    /// A step that failed, at its place in the script, with all that PostgreSQL said.
    pub fn step(kind: &'static str, title: impl Into<String>, error: &StepError) -> Finding {
        let mut finding = match &error.seed {
            None => Finding::failure(kind, title),
            Some(seed) => Finding::failure("seed_fails", seed.to_string()),
        };
        finding.version = Some(error.version.clone());
        finding.file.clone_from(&error.file);
        finding.position = error.position;
        finding.facts = error.excerpt_lines();
        finding.facts.extend(error.database_lines());
        match &error.advice {
            Some(advice) => finding.help(advice),
            None => finding,
        }
    }

    /// The same, told of a version.
    #[must_use]
    pub fn of(mut self, version: &Version) -> Finding {
        self.version = Some(version.clone());
        self
    }

    /// The same, told of a file.
    #[must_use]
    pub fn at(mut self, file: Option<&Path>) -> Finding {
        self.file = file.map(Path::to_path_buf);
        self
    }

    /// The same, told of a migration and its up script.
    #[must_use]
    pub fn at_up(self, migration: &Migration) -> Finding {
        let file = migration.up().file().map(Path::to_path_buf);
        self.of(migration.version()).at(file.as_deref())
    }

    /// The same, told of a migration and its down script, or of the file in which that would stand.
    #[must_use]
    pub fn at_down(self, migration: &Migration) -> Finding {
        let file = migration.down_file();
        self.of(migration.version()).at(file.as_deref())
    }

    /// The same, with one fact more.
    #[must_use]
    pub fn fact(mut self, line: impl Into<String>) -> Finding {
        self.facts.push(line.into());
        self
    }

    /// The same, made of differences.
    #[must_use]
    pub fn differences(mut self, sides: Sides, differences: Vec<Difference>) -> Finding {
        self.sides = sides;
        self.differences = differences;
        self
    }

    /// The same, with a next step.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help.push(Help { text: text.into(), code: None });
        self
    }

    /// The same, with a next step that is code to add.
    #[must_use]
    pub fn help_code(mut self, text: impl Into<String>, code: impl Into<String>) -> Finding {
        self.help.push(Help { text: text.into(), code: Some(code.into()) });
        self
    }

    /// The same, with the SQL that mends differences as a next step, if it can be told.
    #[must_use]
    pub fn help_sql(self, text: impl Into<String>, sql: Option<String>) -> Finding {
        match sql {
            Some(sql) => self.help_code(text, sql),
            None => self,
        }
    }

    /// The same, with what was expected and what is there.
    #[must_use]
    pub fn expected_actual(
        mut self,
        object: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Finding {
        self.object = Some(object.into());
        self.expected = Some(expected.into());
        self.actual = Some(actual.into());
        self
    }

    /// The file and the place in it, as far as they are known.
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?.display();
        Some(match self.position {
            Some(position) => format!("{file}:{position}"),
            None => file.to_string(),
        })
    }
}
