//! Naming rules: what `naming = ...` takes.

pub use gauntlet_runtime::naming::{NameKind, NamingRules};
