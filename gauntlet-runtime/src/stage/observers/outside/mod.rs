//! The changes of a step outside of its own schema, in schema isolation.

mod advice;
mod observer;
mod once;

pub(super) use observer::Outside;
pub(crate) use once::once;
