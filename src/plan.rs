//! Plans: which checks run, and why the others are ignored. See [`Suite::plan`](crate::Suite::plan).

pub use gauntlet_runtime::checks::{Group, Needs};
pub use gauntlet_runtime::suite::{Fault, Mistake, Plan, Planned, Reason, Request};
