//! Tests your database migrations.
pub use gauntlet_runtime::*;
