//! The tables to fill and the types of their columns, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A table that can hold rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Table {
    pub(super) oid: u32,
    /// As SQL, with the schema.
    pub(super) sql: String,
    /// As people write it: without the schema if that is the home schema.
    pub(super) name: String,
    pub(super) partitioned: bool,
    pub(super) columns: Vec<Column>,
    pub(super) checks: Vec<CheckConstraint>,
    /// The columns of each unique key, unique index and exclusion constraint, by their places.
    pub(super) keys: Vec<BTreeSet<usize>>,
    pub(super) references: Vec<Reference>,
}

/// A column that an INSERT gives a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Column {
    pub(super) number: i16,
    /// As SQL.
    pub(super) sql: String,
    pub(super) type_oid: u32,
    /// The type with its modifier, as SQL.
    pub(super) type_sql: String,
    pub(super) not_null: bool,
    /// The default, as SQL.
    pub(super) default: Option<String>,
}

/// A condition that each row meets: of a CHECK constraint, or of the partitions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CheckConstraint {
    pub(super) name: String,
    pub(super) expression: String,
    /// The columns that it mentions, by their places.
    pub(super) columns: BTreeSet<usize>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reference {
    /// As SQL, with the schema: how `SET CONSTRAINTS` names it.
    pub(super) sql: String,
    pub(super) name: String,
    /// The columns, by their places.
    pub(super) columns: Vec<usize>,
    pub(super) target: u32,
    /// The table that it refers to, as SQL.
    pub(super) target_sql: String,
    /// The columns that it refers to, as SQL.
    pub(super) target_names: Vec<String>,
    /// The columns that it refers to, by their numbers.
    pub(super) target_columns: Vec<i16>,
    pub(super) deferrable: bool,
}

impl Column {
    /// Whether a value is of the sort that the default of a column of JSON says: objects where that is an object, arrays where it
    /// is an array.
    pub(super) fn holds(&self, json: &str) -> bool {
        let literal = self.default.as_deref().and_then(|default| {
            let (literal, of) = default.strip_prefix('\'')?.rsplit_once("'::")?;
            ["json", "jsonb"].contains(&of).then_some(literal)
        });
        let sort = literal.and_then(|literal| literal.trim_start().chars().next());
        match sort {
            Some(bracket @ ('{' | '[')) => json.starts_with(bracket),
            _ => true,
        }
    }
}

impl Table {
    /// A number that changes with the shape of the table.
    pub(super) fn signature(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// The same for all tables of this name and shape, whatever their numbers are.
    pub(super) fn shape(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.sql, self.partitioned, &self.checks, &self.keys).hash(&mut hasher);
        for column in &self.columns {
            (&column.sql, &column.type_sql, column.not_null, &column.default).hash(&mut hasher);
        }
        for reference in &self.references {
            (&reference.columns, &reference.target_sql, &reference.target_names).hash(&mut hasher);
            reference.deferrable.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The rows of the table itself, as an item of FROM: not those of tables that inherit from it.
    pub(super) fn itself(&self) -> String {
        if self.partitioned { self.sql.clone() } else { format!("ONLY {}", self.sql) }
    }

    pub(super) fn column(&self, number: i16) -> Option<usize> {
        self.columns.iter().position(|column| column.number == number)
    }

    /// The conditions on a column, and those on the columns that these tie to it.
    pub(super) fn conditions_on(&self, column: usize) -> Vec<&CheckConstraint> {
        let mut tied = BTreeSet::from([column]);
        loop {
            let conditions: Vec<&CheckConstraint> =
                self.checks.iter().filter(|check| !check.columns.is_disjoint(&tied)).collect();
            let before = tied.len();
            tied.extend(conditions.iter().flat_map(|check| &check.columns));
            if tied.len() == before {
                return conditions;
            }
        }
    }

    /// Whether a foreign key cannot be left out by a NULL.
    pub(super) fn needs(&self, reference: &Reference) -> bool {
        reference.columns.iter().all(|column| self.columns[*column].not_null)
    }

    /// Whether a column is a key by itself.
    pub(super) fn is_key(&self, column: usize) -> bool {
        self.keys.iter().any(|key| key.len() == 1 && key.contains(&column))
    }
}

/// The types of the columns, and those that they are made of.
#[derive(Debug, Default)]
pub(super) struct Types(pub(super) BTreeMap<u32, Type>);

#[derive(Debug)]
pub(super) struct Type {
    /// As SQL, without a modifier.
    pub(super) sql: String,
    pub(super) category: char,
    pub(super) kind: TypeKind,
}

#[derive(Debug)]
pub(super) enum TypeKind {
    Base,
    Array(u32),
    Enum(Vec<String>),
    Range(u32),
    Multirange(u32),
    Composite(Vec<u32>),
    /// The base type, the base type with its modifier as SQL, and the CHECK expressions.
    Domain {
        base: u32,
        not_null: bool,
        checks: Vec<String>,
    },
}
