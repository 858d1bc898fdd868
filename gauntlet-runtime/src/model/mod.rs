//! The model: what the schema at head should be.
//!
//! A model is made real in a scratch database and read by the same reader as head, so that PostgreSQL itself
//! normalises types, defaults and expressions.

mod error;
mod source;
mod sql_file;

pub use error::ModelError;
pub use source::{ModelSource, Scratch};
