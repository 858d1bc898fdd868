//! The comparison of head with what structs and enums state.
//!
//! What is stated is made real before it is compared: on a database at head, in a transaction that is rolled back, each
//! table gets a probe (`LIKE` it, without rows) on which the stated defaults, constraints and indexes are made, one by
//! one. The probes are read by the same reader as head, so that PostgreSQL itself has normalised every expression, and
//! with the types that the columns really have. Whether a field can read a column is asked of sqlx, with the types
//! that a query of the table returns.

mod columns;
mod compare;
mod complete;
mod constraints;
mod enums;
mod error;
mod guard;
mod nearest;
mod probe;
mod reference;
mod relation;
mod topic;

pub(crate) use compare::{Head, hold};
pub use error::StatedError;
pub(crate) use topic::Topic;
