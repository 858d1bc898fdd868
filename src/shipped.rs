//! What has shipped: what `shipped = ...` takes, and what `shipped` finds.

pub use gauntlet_runtime::git::GitError;
pub use gauntlet_runtime::history::shipped::{
    Change, Edit, Lock, Record, Shipped, ShippedBy, ShippedError, ShippedScript, ShippedVersions,
    git, lock, sha384,
};
