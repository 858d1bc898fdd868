//! Tests your database migrations.

// Tests are what the guide of `migration_suite` documents; its examples are only compiled.
#![allow(clippy::test_attr_in_doctest)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[doc = include_str!("../docs/model_derive.md")]
pub use gauntlet_macros::Model;
#[doc = include_str!("../docs/gauntlet_attribute.md")]
pub use gauntlet_macros::gauntlet;
#[doc = include_str!("../docs/migration_suite.md")]
pub use gauntlet_macros::migration_suite;
pub use gauntlet_runtime::*;

pub use gauntlet_runtime::model::Model;
pub use gauntlet_runtime::server as db;
pub use gauntlet_runtime::suite::{Result, Rows, Seed, TestDb};

/// Structs and enums as a model: `model = gauntlet::models![User, Order, OrderStatus]`.
///
/// Each is a type with `#[derive(gauntlet::Model)]`. What they state is held against head; where they are the whole
/// model of a suite, a table that none of them mentions is a finding, unless it is allowed:
/// `gauntlet::models![User].allow(["audit_*"])` (see [`model::Models::allow`]).
#[macro_export]
macro_rules! models {
    ($($model:ty),* $(,)?) => {
        $crate::model::Models::new(
            ::core::concat!("gauntlet::models![", ::core::stringify!($($model),*), "]"),
            [$(<$model as $crate::model::Model>::describe()),*],
        )
    };
}
