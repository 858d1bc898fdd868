//! The attributes of each kind, and where each comes from.

use super::Kind;

/// An attribute that objects of a kind may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// Its name; a name that ends in `.` stands for all that begin with it (`option.fillfactor`).
    pub name: &'static str,
    /// The catalog column or function that it comes from.
    pub source: &'static str,
    /// True if its text is SQL, which may mention other objects.
    pub(crate) is_sql: bool,
}

/// An attribute whose text is SQL: an expression, a type, the name of another object.
pub(super) const fn sql(name: &'static str, source: &'static str) -> Attribute {
    Attribute { name, source, is_sql: true }
}

/// An attribute that mentions no other object.
pub(super) const fn plain(name: &'static str, source: &'static str) -> Attribute {
    Attribute { name, source, is_sql: false }
}

impl Attribute {
    /// Returns true if this is the attribute called `name`.
    pub fn matches(&self, name: &str) -> bool {
        match self.name.strip_suffix('.') {
            Some(prefix) => name
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
            None => self.name == name,
        }
    }
}

/// The attributes that any object may have.
const COMMON: &[Attribute] = &[
    plain("comment", "pg_description.description"),
    plain("security_label.", "pg_seclabel.label"),
    plain("depends_on_extension.", "pg_depend, deptype x"),
];

/// The attributes that objects of this kind may have, with their sources.
pub fn attributes_of(kind: Kind) -> impl Iterator<Item = Attribute> {
    kind.spec().attributes.iter().chain(COMMON).copied()
}
