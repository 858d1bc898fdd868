//! The runtime of `migration-gauntlet`: servers, isolation, migrations, catalogs, checks, reports.
//!
//! Use the facade crate `migration-gauntlet` (library name `gauntlet`); this crate is its inside.
//! Each module uses only those above it in this list; `cargo xtask floors` checks that.

// On other systems, what only the embedded server uses is not used.
#![cfg_attr(not(all(unix, not(gauntlet_no_embedded))), allow(dead_code, unused_imports))]

mod at_exit;
pub mod driver;
pub mod env;
pub mod names;
pub mod regular_file;
pub mod runtime;
pub mod sink;
pub mod sql;

pub mod git;

pub mod server;

pub mod isolation;

pub mod queries;

pub mod catalog;

pub mod repair;

pub mod fill;

pub mod history;

pub mod engines;

pub mod error;
pub mod finding;

pub mod model;

pub mod naming;

pub mod stage;

pub mod context;

pub mod checks;

pub mod report;

pub mod suite;

pub mod front;

pub use checks::Check;
pub use suite::Suite;
