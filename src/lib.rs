//! Tests your database migrations.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use gauntlet_macros::{gauntlet, migration_suite};
pub use gauntlet_runtime::*;

pub use gauntlet_runtime::server as db;
pub use gauntlet_runtime::suite::{Result, TestDb};
