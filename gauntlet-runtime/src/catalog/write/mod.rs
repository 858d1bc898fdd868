//! The statements that create, drop, rename and alter objects, written from a catalog alone.
//!
//! What is particular to a kind is in `kinds/<kind>/write.rs`; here is what they are written with, and the one door.

pub(crate) mod attached;
pub(crate) mod enabled;
pub(crate) mod find;
pub(crate) mod grant;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod statements;
pub(crate) mod usual;
pub(crate) mod writer;

pub use statements::{create, remove};
