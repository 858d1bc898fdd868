//! The place of an object: its parent, and the names with which its own must not collide.

/// The kind of parent that an object has and is dropped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HangsOn {
    /// It stands alone.
    Nothing,
    /// A table or another relation.
    Relation,
    /// A domain.
    Domain,
    /// A foreign server.
    Server,
}

/// The objects whose names differ from each other within a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameSpace {
    /// That of relations, indexes, sequences and types.
    Relations,
    /// That of functions, procedures and aggregates.
    Routines,
    /// One of this kind alone.
    Own,
}
