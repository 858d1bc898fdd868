//! What a struct or enum states and head does not keep.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::Place;

/// What a breach is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Topic {
    /// A struct whose table does not exist.
    Table,
    /// A field whose column does not exist.
    Column,
    /// A column's type.
    Type,
    /// Whether a column takes NULL.
    Nullability,
    /// A column's default.
    Default,
    /// A primary key.
    PrimaryKey,
    /// Something unique.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A CHECK constraint.
    Check,
    /// An index.
    Index,
    /// The labels of an enum, or the values that a column is held to because an enum reads it.
    Enum,
    /// Something that a complete struct does not mention.
    NotStated,
}

impl Topic {
    /// A stable word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Table => "model_table",
            Topic::Column => "model_column",
            Topic::Type => "model_type",
            Topic::Nullability => "model_nullability",
            Topic::Default => "model_default",
            Topic::PrimaryKey => "model_primary_key",
            Topic::Unique => "model_unique",
            Topic::ForeignKey => "model_foreign_key",
            Topic::Check => "model_check",
            Topic::Index => "model_index",
            Topic::Enum => "model_enum",
            Topic::NotStated => "model_not_stated",
        }
    }
}

/// One thing that a struct or enum states and head does not keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Breach {
    /// What it is about.
    pub topic: Topic,
    /// What is wrong, as a sentence without a full stop.
    pub title: String,
    /// Where it is stated.
    #[serde(with = "place")]
    pub place: Place,
    /// The object, with its kind: `column users.bio`.
    pub object: String,
    /// What is stated and what is there, where the title does not say it all.
    pub values: Option<(String, String)>,
    /// What PostgreSQL said.
    pub facts: Vec<String>,
    /// What to do next: a sentence, and the SQL or Rust that does it.
    pub help: Vec<(String, Option<String>)>,
}

impl Breach {
    pub(super) fn new(
        topic: Topic,
        place: Place,
        object: impl fmt::Display,
        title: impl Into<String>,
    ) -> Breach {
        Breach {
            topic,
            title: title.into(),
            place,
            object: object.to_string(),
            values: None,
            facts: Vec::new(),
            help: Vec::new(),
        }
    }

    pub(super) fn values(mut self, stated: impl Into<String>, actual: impl Into<String>) -> Breach {
        self.values = Some((stated.into(), actual.into()));
        self
    }

    pub(super) fn fact(mut self, line: impl Into<String>) -> Breach {
        self.facts.push(line.into());
        self
    }

    pub(super) fn help(mut self, text: impl Into<String>) -> Breach {
        self.help.push((text.into(), None));
        self
    }

    pub(super) fn help_code(mut self, text: impl Into<String>, code: impl Into<String>) -> Breach {
        self.help.push((text.into(), Some(code.into())));
        self
    }

    /// The same, with the SQL that a migration would need.
    pub(super) fn migration(self, sql: impl Into<String>) -> Breach {
        self.help_code("if the model is right, add a migration", sql)
    }
}

/// The file of a place is a text of the program. One that is read stays, as those do.
mod place {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::model::Place;

    pub(super) fn serialize<S: Serializer>(
        place: &Place,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (place.file, place.line, place.column).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Place, D::Error> {
        let (file, line, column) = <(String, u32, u32)>::deserialize(deserializer)?;
        Ok(Place { file: file.leak(), line, column })
    }
}
