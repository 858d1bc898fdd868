//! One thing that a check found.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{DatabaseMessage, DeclaredValue, Fact, Help, Language, Severity, Sides};
use crate::catalog::Difference;
use crate::engines::{StepError, Unrecorded};
use crate::history::{Migration, Version};
use crate::sql::{self, Position};

/// One thing that a check found: what, where, the difference, the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// `Failure` fails the check, `Note` does not.
    pub severity: Severity,
    /// A stable word for machines, such as `residue` or `down_missing`.
    pub kind: Cow<'static, str>,
    /// The defect, as a sentence without a full stop.
    pub title: String,
    /// The version at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The file at fault, or the one that is missing, as seen from the crate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// The place in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The object at fault, for a finding that is not made of differences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The expected value, for a finding that is not made of differences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The actual value, for a finding that is not made of differences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// Further facts: the line of the script, the error of the database, other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// The meaning of expected and actual in the differences.
    pub sides: Sides,
    /// The differences between two catalogs that it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// The next steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<Help>,
}

impl Finding {
    /// A finding that fails its check.
    #[doc(hidden)]
    pub fn failure(kind: &'static str, title: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Failure,
            kind: Cow::Borrowed(kind),
            title: title.into(),
            version: None,
            file: None,
            position: None,
            object: None,
            expected: None,
            actual: None,
            facts: Vec::new(),
            sides: Sides::default(),
            differences: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A finding that does not fail its check.
    #[doc(hidden)]
    pub fn note(kind: &'static str, title: impl Into<String>) -> Finding {
        Finding { severity: Severity::Note, ..Finding::failure(kind, title) }
    }

    /// A step that failed, at its place in the script, with everything that PostgreSQL reported.
    #[doc(hidden)]
    pub fn step(kind: &'static str, title: impl Into<String>, error: &StepError) -> Finding {
        let mut finding = match (&error.companion, &error.unrecorded) {
            (Some(companion), _) => {
                let own = format!("{}_fails", companion.kind);
                Finding { kind: own.into(), ..Finding::failure(kind, format!("{companion} fails")) }
            }
            (None, None) => Finding::failure(kind, title),
            (None, Some(unrecorded)) => {
                let title = unrecorded.title(error.direction, &error.version);
                Finding::failure("version_not_recorded", title)
            }
        };
        finding.version = Some(error.version.clone());
        finding.file.clone_from(&error.file);
        finding.position = error.position;
        if let (Some(line), Some(position)) = (&error.excerpt, error.position) {
            finding = finding.fact(Fact::Excerpt { position, line: line.clone() });
        }
        let notices = error.last_notices().iter();
        finding.facts.extend(notices.map(|text| Fact::Notice { script: None, text: text.clone() }));
        finding = finding.fact(Fact::Database(DatabaseMessage::of_step(error)));
        if let Some(unrecorded) = &error.unrecorded {
            return finding.unrecorded(unrecorded, error.advice.as_deref());
        }
        match &error.advice {
            Some(advice) => finding.help(advice),
            None => finding,
        }
    }

    /// Adds what follows where the engine could not write its row, and the line that helps.
    fn unrecorded(self, unrecorded: &Unrecorded, advice: Option<&str>) -> Finding {
        if unrecorded.of_isolation {
            let help =
                advice.unwrap_or("give each test a database of its own, where public is public");
            return self.help_declare(
                help,
                "isolation",
                DeclaredValue::Text("database".to_owned()),
            );
        }
        let finding = self.fact(unrecorded.consequence());
        match unrecorded.reset() {
            Some(reset) => finding.help_sql("add at the end of the script", reset),
            None => finding.help(unrecorded.advice()),
        }
    }

    /// Adds the version at fault.
    #[must_use]
    #[doc(hidden)]
    pub fn of(mut self, version: &Version) -> Finding {
        self.version = Some(version.clone());
        self
    }

    /// Adds the file at fault.
    #[must_use]
    #[doc(hidden)]
    pub fn at(mut self, file: Option<&Path>) -> Finding {
        self.file = file.map(Path::to_path_buf);
        self
    }

    /// Adds a migration as the version at fault, and its up script as the file.
    #[must_use]
    #[doc(hidden)]
    pub fn at_up(self, migration: &Migration) -> Finding {
        let file = migration.up().file().map(Path::to_path_buf);
        self.of(migration.version()).at(file.as_deref())
    }

    /// Adds a migration as the version at fault, and its down script (or where that should be) as the file.
    #[must_use]
    #[doc(hidden)]
    pub fn at_down(self, migration: &Migration) -> Finding {
        let file = migration.down_file();
        self.of(migration.version()).at(file.as_deref())
    }

    /// Adds a fact.
    #[must_use]
    #[doc(hidden)]
    pub fn fact(mut self, fact: impl Into<Fact>) -> Finding {
        self.facts.push(fact.into());
        self
    }

    /// Adds the differences that the finding is made of.
    #[must_use]
    #[doc(hidden)]
    pub fn differences(mut self, sides: Sides, differences: Vec<Difference>) -> Finding {
        self.sides = sides;
        self.differences = differences;
        self
    }

    /// Adds a next step that is only a sentence.
    #[must_use]
    #[doc(hidden)]
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help.push(Help::text(text));
        self
    }

    /// Adds a next step that is SQL, if there is any.
    #[must_use]
    #[doc(hidden)]
    pub fn help_sql(mut self, text: &str, sql: impl Into<Option<String>>) -> Finding {
        let code = |sql: String| Help::code(text, Language::Sql, sql::with_needs_of_rows(&sql));
        self.help.extend(sql.into().map(code));
        self
    }

    /// Adds a next step that is Rust.
    #[must_use]
    #[doc(hidden)]
    pub fn help_rust(mut self, text: impl Into<String>, code: impl Into<String>) -> Finding {
        self.help.push(Help::code(text, Language::Rust, code));
        self
    }

    /// Adds a next step that is a setting of the suite.
    #[must_use]
    #[doc(hidden)]
    pub fn help_declare(
        mut self,
        text: impl Into<String>,
        setting: &str,
        value: DeclaredValue,
    ) -> Finding {
        self.help.push(Help::declare(text, setting, value));
        self
    }

    /// Adds the SQL of a migration that leads to the model, if there is any. One that drops a table or a column says so.
    #[must_use]
    #[doc(hidden)]
    pub fn migration(self, sql: impl Into<Option<String>>) -> Finding {
        let sql = sql.into();
        let text = if sql.as_deref().is_some_and(sql::destroys_rows) {
            "if the model is right, add a migration; THIS ONE DESTROYS DATA"
        } else {
            "if the model is right, add a migration"
        };
        self.help_sql(text, sql)
    }

    /// Adds the expected and the actual value.
    #[must_use]
    #[doc(hidden)]
    pub fn values(mut self, expected: impl Into<String>, actual: impl Into<String>) -> Finding {
        self.expected = Some(expected.into());
        self.actual = Some(actual.into());
        self
    }

    /// Adds the object at fault, with its kind.
    #[must_use]
    #[doc(hidden)]
    pub fn object(mut self, object: impl Into<String>) -> Finding {
        self.object = Some(object.into());
        self
    }

    /// Whether it fails its check.
    pub fn is_failure(&self) -> bool {
        self.severity == Severity::Failure
    }

    /// The file and the place in it, as far as they are known. A place in a script that is in no file is one of its version.
    pub fn place(&self) -> Option<String> {
        let file = match (&self.file, &self.version) {
            (Some(file), _) => file.display().to_string(),
            (None, Some(version)) if self.position.is_some() => version.compiled_in(),
            (None, _) => return None,
        };
        Some(match self.position {
            Some(position) => format!("{file}:{position}"),
            None => file,
        })
    }
}
