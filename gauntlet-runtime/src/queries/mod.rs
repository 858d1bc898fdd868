//! The queries of a program: those that `cargo sqlx prepare` has written, and others that a suite gives.
//!
//! Owns how they are found and read, what a server says of them (parameters, columns), and how that differs from what the
//! program was built with. Leaves to the checks at which versions a server is asked.

mod changes;
mod declared;
mod describe;
mod error;
mod files;
mod merge;
mod old;
pub(crate) mod omitted;
mod open;
mod plan;
mod prepared;
mod query;
mod rules;
mod shape;
mod views;

pub(crate) use changes::{Effect, QueryChange, changes};
pub(crate) use declared::{Declared, declared};
pub(crate) use describe::describe;
pub use error::QueryError;
pub(crate) use files::{Found, of_project};
pub(crate) use old::at_commit;
pub(crate) use omitted::Omitted;
pub(crate) use open::{Open, Revalidated};
pub(crate) use plan::{Verdict, verdicts};
pub(crate) use query::Query;
pub use rules::QueryRules;
pub(crate) use shape::Shape;
