//! Reading a catalog from a server: one statement for all kinds, and its answer taken apart.

mod acl;
pub(in crate::catalog) mod addresses;
pub(in crate::catalog) mod assemble;
mod interpret;
mod options;
pub(crate) mod outside;
mod piece;
pub(in crate::catalog) mod query;
pub(in crate::catalog) mod reader;
mod row;
pub(in crate::catalog) mod surroundings;

pub use options::{ReadOptions, Scope};
