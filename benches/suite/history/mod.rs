//! Generated histories, for the benchmark and for the tests: the same seed gives the same files.

mod generator;
mod variant;

pub(crate) use generator::{Version, generate, wide};
pub(crate) use variant::Variant;
