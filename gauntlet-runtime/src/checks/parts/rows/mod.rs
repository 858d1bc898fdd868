//! The rows of a database at a moment, and what became of them until another one.

mod compare;
mod contents;
mod row;

pub(in crate::checks) use compare::{Change, What, changes, shown};
pub(in crate::checks) use contents::{Contents, Moment};
pub(in crate::checks) use row::parse;
