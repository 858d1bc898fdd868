//! The statements that create, drop, rename and alter objects, written from a catalog alone.
//!
//! The statements of a kind are in `kinds/<kind>/write.rs`; this module owns the parts that they share, and the entry points.

pub(crate) mod attached;
pub(crate) mod enabled;
pub(crate) mod find;
pub(crate) mod grant;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod settings;
pub(crate) mod statements;
pub(crate) mod usual;
pub(crate) mod writer;

pub(crate) use statements::rename_to;
pub use statements::{create, remove};
