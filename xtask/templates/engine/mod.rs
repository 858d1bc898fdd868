//! NAME: TODO: one sentence on the tool, and the version whose code was read.

mod engine;

pub use engine::TYPE;
