//! The footprint itself: plain values.

use std::time::Duration;

use super::{LockMode, Relation};

/// The footprint of one statement of a script.
#[derive(Debug, Clone)]
pub(crate) struct Footprint {
    /// The byte offset of the statement in its script.
    pub(crate) offset: usize,
    /// The text of the statement.
    pub(crate) text: String,
    pub(crate) took: Duration,
    /// True if the session gives up waiting for a lock after a time: by `lock_timeout`, or by `statement_timeout`.
    pub(crate) lock_timeout: bool,
    /// True if the server counts scans.
    pub(crate) counts: bool,
    /// The locks that its transaction holds after it. An index counts as its table, and each table once in each mode.
    pub(crate) held: Vec<Held>,
    /// The tables and materialized views that were written into new files.
    pub(crate) rewritten: Vec<Relation>,
    /// Those of which only indexes were.
    pub(crate) rebuilt: Vec<Relation>,
    /// The tables of which it has begun a sequential scan.
    pub(crate) scanned: Vec<Relation>,
    /// The tables that its plan reads as a whole while others wait, each with those that it is joined with: a larger one of them
    /// may be found by an index where a smaller one is read.
    pub(crate) read: Vec<(Relation, Vec<Relation>)>,
    /// The tables of which its plan reads all rows beyond a bound by an index, while others wait.
    pub(crate) beyond: Vec<Relation>,
    /// The tables of which it has begun an index scan, and no sequential one.
    pub(crate) searched: Vec<Relation>,
}

/// A lock that a transaction holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) relation: Relation,
    pub(crate) mode: LockMode,
    /// The index that is locked, where it is not the table itself.
    pub(crate) index: Option<Relation>,
    /// The number of the statement that took it, from 0.
    pub(crate) taken_by: usize,
}
