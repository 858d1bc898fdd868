//! The statements that create, drop, rename and alter objects, written from a catalog alone.

pub(crate) mod attached;
pub(crate) mod column;
pub(crate) mod constraint;
mod foreign;
pub(crate) mod grant;
pub(crate) mod index;
mod operator;
mod routine;
mod schema;
pub(crate) mod sequence;
pub(crate) mod statements;
pub(crate) mod table;
mod trigger;
pub(crate) mod types;
mod view;
pub(crate) mod writer;

pub use statements::{create, remove};

/// The name of the home schema as an object.
const HOME: &str = "(home)";
