//! The table of an ALTER TABLE, and the names of what is added to it.

use std::cell::RefCell;

use crate::names::quote_if_needed;
use crate::stage::{Relation, RelationKind};

/// The table that is altered.
pub(super) struct Table<'a> {
    /// As it is written.
    pub(super) sql: &'a str,
    /// Whether ONLY stands before it.
    pub(super) only: bool,
    /// Its name alone, unquoted.
    pub(super) name: String,
    /// `None` where it did not exist before the version.
    pub(super) relation: Option<&'a Relation>,
    /// The constraints that the same statement drops: the name, unquoted, and the words that drop it.
    pub(super) dropped: Vec<(String, &'a str)>,
    /// Whether the statement does one thing only.
    pub(super) is_alone: bool,
    /// The names that were made up already.
    pub(super) given: RefCell<Vec<String>>,
}

impl Table<'_> {
    /// `ALTER TABLE [ONLY] name`.
    pub(super) fn alter(&self) -> String {
        format!("ALTER TABLE {}{}", if self.only { "ONLY " } else { "" }, self.sql)
    }

    /// A name for something of the table, such as `users_email_key`, that the statement has given to nothing else.
    pub(super) fn own(&self, columns: &[String], suffix: &str) -> String {
        let mut parts = vec![self.name.clone()];
        parts.extend(columns.iter().cloned());
        parts.push(suffix.to_owned());
        let name = parts.join("_");
        let mut given = self.given.borrow_mut();
        let number = given.iter().filter(|known| **known == name).count();
        given.push(name.clone());
        quote_if_needed(&if number == 0 { name } else { format!("{name}{number}") })
    }

    /// `DROP CONSTRAINT name, ` where the statement drops the one that it adds.
    pub(super) fn drop_of(&self, name: &str) -> String {
        let same = self.dropped.iter().find(|(dropped, _)| quote_if_needed(dropped) == name);
        same.map_or_else(String::new, |(_, words)| format!("{words}, "))
    }

    pub(super) fn is_partitioned(&self) -> bool {
        self.relation.is_some_and(|relation| relation.kind == RelationKind::PartitionedTable)
    }
}
