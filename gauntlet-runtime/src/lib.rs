//! The runtime of `migration-gauntlet`: servers, isolation, migrations, catalogs, checks, reports.
//!
//! Use the facade crate `migration-gauntlet` (library name `gauntlet`); this crate is its inside.
//! The modules, each of which uses only those above it:

pub mod migrations;
pub mod names;
pub mod sql;
pub mod suite;
pub use suite::{checks, isolation, model, naming, server};
