//! One object of a catalog: named attributes in the server's own text.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The value of an attribute, as the server prints it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A text; `yes` for a property that an object has or has not.
    Text(String),
    /// Several texts whose order counts, such as the labels of an enum.
    List(Vec<String>),
}

impl Value {
    /// The text, or `None` for a list.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// The list; a text is a list of one.
    pub fn as_list(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(list) => list,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

impl fmt::Display for Value {
    /// The text as it is; a list as `(a, b)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(list) => write!(f, "({})", list.join(", ")),
        }
    }
}

/// Where an object lives in `pg_catalog`. Differs from one load to the next; never compared, never serialized.
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

/// One object: what is said of it, by name.
///
/// An attribute that has PostgreSQL's default is absent, so that the map holds what someone decided.
/// The names, and the catalog column that each comes from, are listed by [`attributes_of`](super::attributes_of).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What is compared.
    #[serde(default)]
    pub attributes: BTreeMap<String, Value>,
    /// What follows from the attributes or from other objects and is handy for readers (the columns
    /// of a constraint, the position of a column). Never compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
    /// Where it was read, if it was read.
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

    /// Whether a property (an attribute with the value `yes`) is there.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.contains_key(attribute)
    }

    /// The text of a fact; `None` when it is absent or a list.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_text)
    }

    /// The list of a fact; empty when it is absent.
    pub fn fact_list(&self, name: &str) -> &[String] {
        self.facts.get(name).map_or(&[], Value::as_list)
    }

    /// The attributes whose names begin with `prefix`, without it: `option.` gives the storage parameters.
    pub fn prefixed<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.attributes
            .range(prefix.to_owned()..)
            .map_while(move |(name, value)| name.strip_prefix(prefix).map(|rest| (rest, value)))
    }

    /// Sets an attribute.
    pub fn set(&mut self, attribute: impl Into<String>, value: impl Into<Value>) {
        self.attributes.insert(attribute.into(), value.into());
    }

    /// Sets a fact.
    pub(super) fn set_fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }
}
