//! SQL from catalogs: a whole schema as a file, and what turns one catalog into another.
//!
//! [`script`] writes a catalog as SQL that makes it; [`mend`] writes the statements that turn the
//! actual catalog into the expected one, each with the differences that it serves. Everything is
//! written from the catalogs alone, without a database: what they do not hold cannot be written, and a
//! [`Plan`] says so.
//!
//! Leaves to others: running the statements, and the choice of differences that deserve mending.

mod carry_out;
mod column;
mod common;
mod constraint;
mod depend;
mod grant;
mod index;
mod mend;
mod operations;
mod operator;
mod order;
mod outside;
mod plan;
mod routine;
mod schema;
mod script;
mod sequence;
mod spread;
mod statements;
mod table;
mod tokens;
mod trigger;
mod types;
mod view;
mod write;

pub use mend::mend;
pub use plan::{Plan, Step, Unmended};
pub use script::{ScriptOptions, script, script_with};
pub use statements::{create, remove};

/// What the home schema is called as an object.
const HOME: &str = "(home)";
