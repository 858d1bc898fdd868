//! The identity of a migration: its version, a number or a text, and its name.

use std::fmt;

/// A version as the engine records it: a number (sqlx, refinery) or a text (Diesel, `SeaORM`).
///
/// An engine gives all versions of a history the same kind; their order is that of the history, not this type's. In JSON
/// a number stands as a number and a text as a text.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(from = "Plain", into = "Plain")]
#[non_exhaustive]
pub enum VersionId {
    /// A number.
    Number(i64),
    /// A text. Digits at its start are part of the text: `007` and `7` are different versions.
    Text(String),
    /// A version of one of several histories in one database: `core/20240105`. In JSON it is a text.
    Part(String, Box<VersionId>),
}

/// A version in JSON.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Plain {
    Number(i64),
    Text(String),
}

impl From<Plain> for VersionId {
    fn from(plain: Plain) -> VersionId {
        match plain {
            Plain::Number(number) => VersionId::Number(number),
            Plain::Text(text) => VersionId::Text(text),
        }
    }
}

impl From<VersionId> for Plain {
    fn from(id: VersionId) -> Plain {
        match id {
            VersionId::Number(number) => Plain::Number(number),
            other => Plain::Text(other.to_string()),
        }
    }
}

impl VersionId {
    /// Returns true if a version that a user wrote means this one: a text of digits stands for the number as well.
    #[doc(hidden)]
    pub fn matches(&self, written: &VersionId) -> bool {
        match (self, written) {
            (VersionId::Number(number), VersionId::Text(text))
            | (VersionId::Text(text), VersionId::Number(number)) => *text == number.to_string(),
            (part @ VersionId::Part(..), VersionId::Text(text))
            | (VersionId::Text(text), part @ VersionId::Part(..)) => *text == part.to_string(),
            (this, written) => this == written,
        }
    }

    /// The number, for a version that is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            VersionId::Number(number) => Some(*number),
            VersionId::Text(_) | VersionId::Part(..) => None,
        }
    }

    /// The same version in one of several histories.
    #[must_use]
    pub fn in_part(self, part: &str) -> VersionId {
        VersionId::Part(part.to_owned(), Box::new(self))
    }

    /// The history that it belongs to, where there are several.
    pub fn part(&self) -> Option<&str> {
        match self {
            VersionId::Part(part, _) => Some(part),
            _ => None,
        }
    }

    /// The version as the engine of its own history knows it.
    pub fn bare(&self) -> &VersionId {
        match self {
            VersionId::Part(_, id) => id,
            id => id,
        }
    }
}

/// Without quotes: `20240105`.
impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VersionId::Number(number) => number.fmt(f),
            VersionId::Text(text) => f.write_str(text),
            VersionId::Part(part, id) => write!(f, "{part}/{id}"),
        }
    }
}

impl From<i64> for VersionId {
    fn from(number: i64) -> VersionId {
        VersionId::Number(number)
    }
}

impl From<i32> for VersionId {
    fn from(number: i32) -> VersionId {
        VersionId::Number(number.into())
    }
}

impl From<&str> for VersionId {
    fn from(text: &str) -> VersionId {
        VersionId::Text(text.to_owned())
    }
}

impl From<String> for VersionId {
    fn from(text: String) -> VersionId {
        VersionId::Text(text)
    }
}

impl PartialEq<i64> for VersionId {
    fn eq(&self, number: &i64) -> bool {
        self.number() == Some(*number)
    }
}

impl PartialEq<str> for VersionId {
    fn eq(&self, text: &str) -> bool {
        matches!(self, VersionId::Text(this) if this == text)
    }
}

impl PartialEq<&str> for VersionId {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

/// A version and its name, as findings and steps carry it.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[non_exhaustive]
pub struct Version {
    /// The key by which the engine records and orders versions.
    pub id: VersionId,
    /// The name of the migration, `_` between words: `add_status`. May be empty.
    pub name: String,
}

impl Version {
    /// A version with its name.
    pub fn new(id: impl Into<VersionId>, name: impl Into<String>) -> Version {
        Version { id: id.into(), name: name.into() }
    }

    /// The same version in one of several histories.
    #[must_use]
    pub fn in_part(self, part: &str) -> Version {
        Version { id: self.id.in_part(part), ..self }
    }

    /// The place of a script that is in no file.
    pub(crate) fn compiled_in(&self) -> String {
        format!("{self} (compiled in)")
    }
}

/// As the file is usually called, without its suffix: `20240105_add_status`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.name {
            "" => write!(f, "{}", self.id),
            name => write!(f, "{}_{name}", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_quotes_stand_for_the_number() {
        assert!(VersionId::from(7).matches(&"7".into()));
        assert!(!VersionId::from(7).matches(&"007".into()));
        assert!(!VersionId::from("007").matches(&7.into()));
    }

    #[test]
    fn json_keeps_numbers_as_numbers() {
        let ids = [VersionId::from(7), VersionId::from("007")];
        let json = serde_json::to_string(&ids).unwrap();
        assert_eq!(json, r#"[7,"007"]"#);
        assert_eq!(serde_json::from_str::<Vec<VersionId>>(&json).unwrap(), ids);
    }
}
