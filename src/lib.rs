#![doc = include_str!("../docs/guide.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Tests are what the guides document; their examples are only compiled.
#![allow(clippy::test_attr_in_doctest)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod catalog;
pub mod db;
pub mod engines;
pub mod history;
pub mod model;
pub mod naming;
pub mod report;
pub mod shipped;
#[cfg(feature = "sqlx-0_8")]
pub mod sqlx_0_8;

#[doc = include_str!("../docs/model_derive.md")]
pub use gauntlet_macros::Model;
#[doc = include_str!("../docs/gauntlet_attribute.md")]
pub use gauntlet_macros::gauntlet;
#[doc = include_str!("../docs/migration_suite.md")]
pub use gauntlet_macros::migration_suite;
#[doc = include_str!("../docs/test_attribute.md")]
pub use gauntlet_macros::test;
pub use gauntlet_runtime::checks::Check;
pub use gauntlet_runtime::error::{Error, Result};
pub use gauntlet_runtime::front::AtHead;
pub use gauntlet_runtime::isolation::Isolation;
pub use gauntlet_runtime::model::Model;
pub use gauntlet_runtime::runtime::BoxFuture;
pub use gauntlet_runtime::stage::{Baseline, Seed, SeedFolder};
pub use gauntlet_runtime::suite::{
    Budget, InterruptedRules, IntoSuite, LockRules, Migrated, PopulatedRules, QueryRules, Rows,
    RowsDiff, Suite, TestDb, VersionArg,
};

/// Structs and enums as a model: `model = gauntlet::models![User, Order, OrderStatus]`.
///
/// Each is a type with `#[derive(gauntlet::Model)]`, and what they state is compared with head. Where they are the
/// whole model of a suite, a table that none of them mentions is a finding, unless it is allowed:
/// `gauntlet::models![User].allow(["audit_*"])` (see [`model::Models::allow`]).
#[macro_export]
macro_rules! models {
    ($($model:ty),* $(,)?) => {
        $crate::model::Models::new(
            ::core::concat!("gauntlet::models![", ::core::stringify!($($model),*), "]"),
            [$(<$model as $crate::Model>::describe()),*],
        )
    };
}

/// Compiles the examples of pages that are not part of the documentation of an item.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../docs/adopting.md")]
    mod adopting {}
    #[doc = include_str!("../docs/models.md")]
    mod models {}
}
