//! Tests your database migrations.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[doc = include_str!("../docs/gauntlet_attribute.md")]
pub use gauntlet_macros::gauntlet;
#[doc = include_str!("../docs/migration_suite.md")]
pub use gauntlet_macros::migration_suite;
pub use gauntlet_runtime::*;

pub use gauntlet_runtime::server as db;
pub use gauntlet_runtime::suite::{Result, TestDb};
