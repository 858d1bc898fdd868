//! The catalog of a database as data: read in one go, compared with one differ.
//!
//! Owns the reading of every kind of object that `pg_dump --schema-only` can write
//! ([`Catalog::read`]), the typed view of it ([`Catalog::table`] and its siblings), and the
//! comparison ([`Catalog::diff`]) with its ignore rules. A kind of object is one query under
//! `kinds/`; reading, comparing, ignoring and showing are written once.
//!
//! Leaves to others: where the database comes from (`isolation`), what a difference means for a
//! check (`checks`), how it is shown (`report`).

mod diff;
mod error;
mod id;
pub(crate) mod kinds;
mod object;
pub(crate) mod ordered;
pub(crate) mod read;
mod snapshot;
pub(crate) mod text;
mod track;
mod values;
mod views;
pub(crate) mod write;

pub use diff::{
    Aspect, Change, Diff, DiffOptions, Difference, IgnoreCount, IgnoreRule, Severity, UnknownIgnore,
};
pub use error::CatalogError;
pub use id::ObjectId;
pub use kinds::{Attribute, Kind, attributes_of};
pub use object::{Address, Object};
pub use read::{ReadOptions, Scope};
pub use snapshot::{Catalog, NotCompared};
pub use track::Tracker;
pub use values::{Value, Values};
pub use views::{
    AggregateRef, ColumnRef, ConstraintRef, ConstraintType, EnumRef, FunctionRef, IndexRef,
    ObjectRef, PolicyRef, SequenceRef, TableRef, TriggerRef, ViewRef,
};
pub use write::{create, remove};

pub use crate::names::GlobError;
