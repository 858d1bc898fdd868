//! Tests your database migrations.

// Tests are what the guide of `migration_suite` documents; its examples are only compiled.
#![allow(clippy::test_attr_in_doctest)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[doc = include_str!("../docs/gauntlet_attribute.md")]
pub use gauntlet_macros::gauntlet;
#[doc = include_str!("../docs/migration_suite.md")]
pub use gauntlet_macros::migration_suite;
pub use gauntlet_runtime::*;

pub use gauntlet_runtime::server as db;
pub use gauntlet_runtime::suite::{Result, Rows, Seed, TestDb};
