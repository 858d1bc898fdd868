//! One disagreement between two catalogs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::text::equivalence::same_as_printed;
use crate::catalog::{ObjectId, Value};

/// The weight of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// It fails the check.
    Failure,
    /// It is reported and fails nothing: the order of columns, white space in a function body, the text of
    /// a view whose columns stand in another order.
    Note,
}

/// The kind of disagreement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// Expected, but does not exist. What hangs on it is not listed.
    Missing,
    /// Exists, but was not expected. What hangs on it is not listed.
    Extra,
    /// On both sides, with different values of an attribute.
    Changed,
    /// Exists under this name instead, unquoted.
    Renamed(String),
}

/// One disagreement about one object or one attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// The object, by its expected identity.
    pub object: ObjectId,
    /// The kind of disagreement.
    pub change: Change,
    /// The attribute whose value differs; `None` when the whole object is missing, extra or renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The expected value; `None` when PostgreSQL's default is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
    /// The value that was found; `None` when PostgreSQL's default was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Value>,
    /// Its weight: whether it fails a check.
    pub severity: Severity,
}

impl Difference {
    pub(super) fn whole(object: ObjectId, change: Change) -> Self {
        Self {
            object,
            change,
            attribute: None,
            expected: None,
            actual: None,
            severity: Severity::Failure,
        }
    }

    /// Whether both values mean the same, as [`same_as_printed`] tells.
    pub(crate) fn reads_back_the_same(&self) -> bool {
        match (&self.expected, &self.actual) {
            (Some(Value::Text(a)), Some(Value::Text(b))) => same_as_printed(a, b),
            _ => false,
        }
    }

    pub(crate) fn attribute(
        object: ObjectId,
        name: &str,
        expected: Option<&Value>,
        actual: Option<&Value>,
    ) -> Self {
        Self {
            object,
            change: Change::Changed,
            attribute: Some(name.to_owned()),
            expected: expected.cloned(),
            actual: actual.cloned(),
            severity: Severity::Failure,
        }
    }

    /// Its weight: whether it fails a check.
    #[doc(hidden)]
    pub fn is_failure(&self) -> bool {
        self.severity == Severity::Failure
    }

    /// The labels that were added to an enum, when nothing else happened to its labels; else `None`.
    ///
    /// PostgreSQL cannot remove a label, so that a down leaves it behind.
    #[doc(hidden)]
    pub fn added_labels(&self) -> Option<Vec<&str>> {
        if self.object.kind != crate::catalog::Kind::Enum
            || self.attribute.as_deref() != Some("labels")
        {
            return None;
        }
        let expected = self.expected.as_ref().map_or(&[][..], Value::as_list);
        let mut added = Vec::new();
        let mut wanted = expected.iter().peekable();
        for label in self.actual.as_ref()?.as_list() {
            if wanted.next_if_eq(&label).is_none() {
                added.push(label.as_str());
            }
        }
        (wanted.peek().is_none() && !added.is_empty()).then_some(added)
    }
}

impl fmt::Display for Difference {
    /// One line where the values allow it: `column users.email: type: expected text, found varchar(10)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.object)?;
        match &self.change {
            Change::Missing => return write!(f, " is missing"),
            Change::Extra => return write!(f, " is not expected"),
            Change::Renamed(name) => return write!(f, " exists as {name}"),
            Change::Changed => {}
        }
        if let Some(attribute) = &self.attribute {
            write!(f, ": {}", attribute.replace('_', " "))?;
        }
        let shown = |value: &Option<Value>| {
            value.as_ref().map_or_else(|| "none".to_owned(), Value::to_string)
        };
        let (expected, actual) = (shown(&self.expected), shown(&self.actual));
        if expected.contains('\n') || actual.contains('\n') {
            write!(f, "\n  expected:\n{}\n  found:\n{}", indent(&expected), indent(&actual))?;
        } else {
            write!(f, ": expected {expected}, found {actual}")?;
        }
        if self.severity == Severity::Note {
            write!(f, " (note)")?;
        }
        Ok(())
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Kind;

    fn labels(expected: &[&str], actual: &[&str]) -> Difference {
        let list = |labels: &[&str]| Value::List(labels.iter().map(|l| (*l).to_owned()).collect());
        Difference::attribute(
            ObjectId::new(Kind::Enum, "mood"),
            "labels",
            Some(&list(expected)),
            Some(&list(actual)),
        )
    }

    #[test]
    fn labels_left_behind_are_recognised() {
        assert_eq!(labels(&["a", "b"], &["a", "x", "b"]).added_labels(), Some(vec!["x"]));
        assert_eq!(labels(&["a", "b"], &["b", "a"]).added_labels(), None);
        assert_eq!(labels(&["a", "b"], &["a"]).added_labels(), None);
    }

    #[test]
    fn text_for_people() {
        let difference = Difference::attribute(
            ObjectId::child(Kind::Column, "users", "email"),
            "not_null",
            Some(&"yes".into()),
            None,
        );
        assert_eq!(
            difference.to_string(),
            "column users.email: not null: expected yes, found none"
        );
        let mut difference = Difference::attribute(
            ObjectId::new(Kind::View, "adults"),
            "definition",
            Some(&"SELECT name\nFROM people".into()),
            None,
        );
        difference.severity = Severity::Note;
        assert_eq!(
            difference.to_string(),
            "view adults: definition\n  expected:\n    SELECT name\n    FROM people\n  found:\n    none (note)"
        );
    }
}
