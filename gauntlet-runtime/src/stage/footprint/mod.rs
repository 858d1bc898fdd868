//! The footprint of a statement: the locks that its transaction holds, what it rewrote and what it read from end to end.
//!
//! It is found by execution, in the session of the script, between two statements. Only relations count that existed before
//! the version: nobody else uses what the version itself has made.

mod data;
mod lock_mode;
mod plan;
mod relation;
mod watch;

pub(crate) use data::{Footprint, Held};
pub(crate) use lock_mode::{Blocks, LockMode};
pub(crate) use relation::{Relation, RelationKind, Relations};
pub(super) use watch::{Recorder, forget_scans};
