//! Findings about what a struct or enum states, by topic.

use std::path::PathBuf;

use super::super::Place;
use crate::finding::Finding;
use crate::sql::Position;

/// The subject of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// A struct whose table does not exist.
    Table,
    /// A field whose column does not exist.
    Column,
    /// A column's type.
    Type,
    /// NULL in a column.
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
    /// The labels of an enum, or the values that a column may hold because an enum reads it.
    Enum,
    /// Something that a complete struct does not mention.
    NotStated,
}

impl Topic {
    /// The kind of its findings.
    pub(crate) fn word(self) -> &'static str {
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

/// A finding about something that a struct or enum states at this place and head contradicts.
pub(super) fn broken(
    topic: Topic,
    place: Place,
    object: impl ToString,
    title: impl Into<String>,
) -> Finding {
    let mut finding = Finding::failure(topic.word(), title).object(object.to_string());
    finding.file = Some(PathBuf::from(place.file));
    finding.position = Some(Position { line: place.line, column: place.column });
    finding
}
