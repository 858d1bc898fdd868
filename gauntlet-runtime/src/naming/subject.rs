//! A name to judge, and its kind.

use std::fmt;

/// A kind of name that can have a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// An index that does not back a constraint.
    Index,
    /// A UNIQUE constraint.
    Unique,
    /// A FOREIGN KEY constraint.
    ForeignKey,
    /// A CHECK constraint.
    Check,
    /// A PRIMARY KEY constraint.
    PrimaryKey,
    /// A sequence that no identity column owns.
    Sequence,
    /// An enum type.
    Enum,
    /// A trigger.
    Trigger,
    /// A view or materialized view.
    View,
    /// A table.
    Table,
    /// A column of a table.
    Column,
}

impl NameKind {
    const ALL: [NameKind; 11] = [
        NameKind::Index,
        NameKind::Unique,
        NameKind::ForeignKey,
        NameKind::Check,
        NameKind::PrimaryKey,
        NameKind::Sequence,
        NameKind::Enum,
        NameKind::Trigger,
        NameKind::View,
        NameKind::Table,
        NameKind::Column,
    ];

    /// The word for the kind in the settings: `foreign_key`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            NameKind::Index => "index",
            NameKind::Unique => "unique",
            NameKind::ForeignKey => "foreign_key",
            NameKind::Check => "check",
            NameKind::PrimaryKey => "primary_key",
            NameKind::Sequence => "sequence",
            NameKind::Enum => "enum",
            NameKind::Trigger => "trigger",
            NameKind::View => "view",
            NameKind::Table => "table",
            NameKind::Column => "column",
        }
    }

    /// The words for all kinds.
    #[doc(hidden)]
    pub fn words() -> impl Iterator<Item = &'static str> {
        NameKind::ALL.into_iter().map(NameKind::word)
    }

    /// The kind of a word.
    #[doc(hidden)]
    pub fn named(word: &str) -> Option<NameKind> {
        NameKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NameKind::Index => "index",
            NameKind::Unique => "unique constraint",
            NameKind::ForeignKey => "foreign key",
            NameKind::Check => "check constraint",
            NameKind::PrimaryKey => "primary key",
            NameKind::Sequence => "sequence",
            NameKind::Enum => "enum",
            NameKind::Trigger => "trigger",
            NameKind::View => "view",
            NameKind::Table => "table",
            NameKind::Column => "column",
        })
    }
}

impl NameKind {
    /// The kind in the plural: `foreign keys`.
    pub(crate) fn plural(self) -> String {
        match self {
            NameKind::Index => "indexes".to_owned(),
            kind => format!("{kind}s"),
        }
    }
}

/// A name to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject<'a> {
    /// What the name names.
    pub kind: NameKind,
    /// The table that the object hangs on, unquoted; the object itself for tables, views, types and sequences.
    pub table: &'a str,
    /// The columns that it is about, in order; empty when an expression is among them, or when it is about none.
    pub columns: &'a [String],
    /// The name, unquoted.
    pub name: &'a str,
}
