//! The suite: its builder, its plan, and the running of checks and custom tests.
//!
//! Everything that the macro does can be written by hand: build a [`Suite`], call [`Suite::check`].

mod builder;
mod check;
mod custom;
mod drift;
mod migrated;
mod overview;
mod plan;
mod rows;
mod schemas;
mod silence;
mod test_db;
mod unmigrated;
mod version_arg;

pub use crate::context::{InterruptedRules, LockRules, PopulatedRules};
pub use crate::queries::QueryRules;
pub use builder::{Budget, IntoSuite, Suite};
pub(crate) use custom::{CustomRun, Opened, Remains};
pub use migrated::Migrated;
pub use overview::{Overview, VersionOverview};
pub use plan::{Fault, Mistake, Plan, Planned, Reason, Request};
pub use rows::{Change, Line, Rows, RowsDiff, Value};
pub use test_db::TestDb;
pub use version_arg::VersionArg;
