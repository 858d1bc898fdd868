//! Reading a catalog from a server: one statement for all kinds, and its answer taken apart.

mod acl;
pub(in crate::catalog) mod addresses;
pub(in crate::catalog) mod assemble;
mod options;
pub(crate) mod outside;
pub(in crate::catalog) mod query;
pub(in crate::catalog) mod reader;
mod row;

pub use options::{ReadOptions, Scope};
