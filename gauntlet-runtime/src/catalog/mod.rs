//! The catalog of a database as data: read in one go, compared by one differ, written as SQL.
//!
//! Owns the reading of every kind of object that `pg_dump --schema-only` can write ([`Catalog::read`]), the typed views
//! ([`Catalog::table`] and its siblings), the comparison ([`Catalog::diff`]) with its ignore rules, the tracking of a
//! database from step to step ([`Tracker`]), and the statements of single objects ([`create`], [`remove`]).
//!
//! | room | owns |
//! |---|---|
//! | `kinds` | the description of each kind of object, one folder each; how a kind is added |
//! | `read` | one statement for all kinds, and its answer |
//! | `text` | texts as PostgreSQL prints them |
//! | `diff` | differences, renames, ignore rules, order |
//! | `track` | reading only what a step changed |
//! | `write` | what the statements of all kinds share |
//! | `views` | typed views |
//!
//! Leaves to others: where the database comes from (`isolation`), the statements that turn one catalog into another
//! (`repair`), what a difference means for a check (`checks`), how it is shown (`report`).

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
mod uncopied;
mod values;
mod views;
pub(crate) mod write;

pub use diff::{
    Aspect, Change, Diff, DiffOptions, Difference, IgnoreCount, IgnoreRule, Severity, UnknownIgnore,
};
pub(crate) use diff::{Moved, moved};
pub use error::CatalogError;
pub use id::ObjectId;
pub use kinds::{Attribute, Kind, attributes_of};
pub use object::{Address, Object};
pub use read::{ReadOptions, Scope};
pub use snapshot::{Catalog, NotCompared};
pub use track::Tracker;
pub(crate) use uncopied::uncopied;
pub use values::{Value, Values};
pub use views::{
    AggregateRef, ColumnRef, ConstraintRef, ConstraintType, EnumRef, FunctionRef, IndexRef,
    ObjectRef, PolicyRef, SequenceRef, TableRef, TriggerRef, ViewRef,
};
pub use write::{create, remove};

pub use crate::names::GlobError;
