//! What has shipped: what `shipped = ...` takes, and what the check of that name compares.

pub use gauntlet_runtime::history::shipped::{
    Change, Edit, Record, Shipped, ShippedScript, git, lock,
};
