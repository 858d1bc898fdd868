//! The catalog of a database as data: read in one go, compared with one differ.
//!
//! Owns the reading of every kind of object that `pg_dump --schema-only` can write
//! ([`Catalog::read`]), the typed view of it ([`Catalog::table`] and its siblings), and the
//! comparison ([`Catalog::diff`]) with its ignore rules. A kind of object is one query under
//! `sql/` and one line in [`Kind`]; reading, comparing, ignoring and showing are written once.
//!
//! Leaves to others: where the database comes from (`isolation`), what a difference means for a
//! check (`checks`), how it is shown (`report`).

mod access;
mod acl;
mod assemble;
mod attribute;
pub mod ddl;
mod diff;
mod equivalence;
mod error;
mod id;
mod index;
mod kind;
mod object;
mod options;
mod query;
mod read;
mod row;
mod snapshot;
mod stable;
mod text;
mod track;
mod values;

pub use access::{
    AggregateRef, ColumnRef, ConstraintRef, ConstraintType, EnumRef, FunctionRef, IndexRef,
    ObjectRef, PolicyRef, SequenceRef, TableRef, TriggerRef, ViewRef,
};
pub use attribute::{Attribute, attributes_of};
pub use diff::{
    Aspect, Change, Diff, DiffOptions, Difference, IgnoreCount, IgnoreRule, Severity, UnknownIgnore,
};
pub use error::CatalogError;
pub use id::ObjectId;
pub use kind::Kind;
pub use object::{Address, Object};
pub use options::{ReadOptions, Scope};
pub use snapshot::{Catalog, NotCompared};
pub use track::Tracker;
pub use values::{Value, Values};

pub use crate::globs::GlobError;
