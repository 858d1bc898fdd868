//! One object of a catalog: named attributes in the server's own text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Value, Values};

/// The address of an object in `pg_catalog`. Differs from one load to the next; never compared, never serialized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address {
    /// The catalog table, such as `pg_class`.
    pub class: &'static str,
    /// The `oid` of the row there.
    pub oid: u32,
    /// The column number for columns, else 0.
    pub sub: i32,
    /// The catalog table of the object that this one hangs on (its own for those that stand alone).
    pub root_class: &'static str,
    /// The `oid` of that row: the unit in which snapshots are read again.
    pub root: u32,
}

/// One object: its values, by name.
///
/// An attribute that has PostgreSQL's default is absent, so that the map holds only what someone decided.
/// The names, and the catalog column that each comes from, are listed by [`attributes_of`](super::attributes_of).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Object {
    /// The values that are compared.
    #[doc(hidden)]
    #[serde(default)]
    pub attributes: Values,
    /// Values that follow from the attributes or from other objects and are handy for readers (the columns
    /// of a constraint, the position of a column). Never compared.
    #[doc(hidden)]
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub facts: Values,
    /// Its address, if it was read from a server.
    #[doc(hidden)]
    #[serde(skip)]
    pub address: Option<Address>,
}

impl Object {
    /// The text of an attribute; `None` when it is absent or a list.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).and_then(Value::as_text)
    }

    /// The list of an attribute; empty when it is absent.
    pub fn list(&self, attribute: &str) -> &[String] {
        self.attributes.get(attribute).map_or(&[], Value::as_list)
    }

    /// Returns true if it has this attribute, such as a property with the value `yes`.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.has(attribute)
    }

    /// The text of a fact; `None` when it is absent or a list.
    #[doc(hidden)]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_text)
    }

    /// The list of a fact; empty when it is absent.
    #[doc(hidden)]
    pub fn fact_list(&self, name: &str) -> &[String] {
        self.facts.get(name).map_or(&[], Value::as_list)
    }

    /// The attributes whose names begin with `prefix`, without it: `option.` gives the storage parameters.
    pub fn prefixed<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.attributes.prefixed(prefix)
    }

    /// Sets an attribute.
    #[doc(hidden)]
    pub fn set(&mut self, attribute: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.attributes.set(attribute, value);
    }

    /// Sets a fact.
    pub(super) fn set_fact(&mut self, name: &'static str, value: impl Into<Value>) {
        self.facts.set(name, value);
    }
}
