//! The suite: its configuration, what its checks share, and the entry points that the macro calls.
//!
//! All that the macro can say can be said here by hand: build a [`Suite`], call [`Suite::check`].

mod builder;
mod check;
mod custom;
mod plan;
mod rows;
mod test_db;
mod version_arg;

pub use builder::{Budget, IntoSuite, Suite};
pub use plan::{Fault, Mistake, Plan, Planned, Reason, Request};
pub use rows::{Change, Line, Rows, RowsDiff, Value};
pub use test_db::TestDb;
pub use version_arg::VersionArg;

// The names under which users know these.
pub use crate::context::{Context, LoadedModel};
pub use crate::error::{Error, Overrun, Result};
pub use crate::runtime::block_on;
pub use crate::stage::{Ascent, Seed, Stage};
