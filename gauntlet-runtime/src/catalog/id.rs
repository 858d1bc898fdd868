//! The identity of an object.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Kind;
use super::kinds::place::HangsOn;

/// The identity of an object: two objects of two catalogs with equal identity are compared.
///
/// Names are unquoted. The order is by kind, then schema (home first), parent, name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectId {
    /// The kind of object.
    pub kind: Kind,
    /// The schema; `None` for the home schema and for objects that live in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The table (view, type, domain, server) that the object hangs on; `None` for objects that stand alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The name. Functions, procedures and aggregates carry their argument types:
    /// `add(integer, integer)`; operators likewise; operator classes and families their access
    /// method: `ops USING btree`; casts their types: `(text AS mood)`.
    pub name: String,
}

impl ObjectId {
    /// The name of the home schema as an object, whatever it is called in its database.
    #[doc(hidden)]
    pub const HOME: &'static str = "(home)";

    /// The name of the database as an object, whatever it is called.
    pub const DATABASE: &'static str = "(this)";

    /// An object that stands alone, in the home schema or in none.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, schema: None, parent: None, name: name.into() }
    }

    /// An object that hangs on another of the home schema, such as a column on its table.
    pub fn child(kind: Kind, parent: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, schema: None, parent: Some(parent.into()), name: name.into() }
    }

    /// The same object in another schema.
    #[must_use]
    pub fn in_schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// The parent with its schema: `users`, `audit.users`; empty for objects that stand alone.
    pub(crate) fn qualified_parent(&self) -> String {
        let parent = self.parent.as_deref().unwrap_or_default();
        match &self.schema {
            Some(schema) => format!("{schema}.{parent}"),
            None => parent.to_owned(),
        }
    }

    /// `users`, `audit.users`, `users.email` for columns, `idx on users` for what else hangs on a table.
    pub fn qualified_name(&self) -> String {
        let schema = self.schema.as_deref().map(|s| format!("{s}.")).unwrap_or_default();
        match &self.parent {
            None => format!("{schema}{}", self.name),
            Some(parent) if self.kind.is_column() => format!("{schema}{parent}.{}", self.name),
            Some(parent) if self.kind.spec().hangs_on == HangsOn::Server => {
                format!("{} on server {parent}", self.name)
            }
            Some(parent) => format!("{} on {schema}{parent}", self.name),
        }
    }
}

impl fmt::Display for ObjectId {
    /// `table users`, `column users.email`, `index idx_users_email on users`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Kind::Database {
            return write!(f, "{}", self.kind);
        }
        write!(f, "{} {}", self.kind, self.qualified_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_as_a_person_would_say_it() {
        let index = ObjectId::child(Kind::Index, "users", "idx_users_email").in_schema("audit");
        assert_eq!(index.to_string(), "index idx_users_email on audit.users");
        let column = ObjectId::child(Kind::Column, "users", "email");
        assert_eq!(column.to_string(), "column users.email");
        assert_eq!(ObjectId::new(Kind::Table, "users").to_string(), "table users");
        assert_eq!(ObjectId::new(Kind::Database, ObjectId::DATABASE).to_string(), "database");
    }
}
