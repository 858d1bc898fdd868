//! Findings and the reports that they make up: plain data. How they read is the business of `report`.
//!
//! All of it is `serde`, and the JSON line of a check is its [`Report`]: whatever an output shows can be made from
//! the JSON of a run.

mod database;
mod fact;
#[allow(clippy::module_inception, reason = "the file holds the type of this name")]
mod finding;
mod help;
mod leftover;
mod report;
mod sides;
mod steps;

pub(crate) use database::query_text;

pub use crate::catalog::Severity;
pub use database::DatabaseMessage;
pub use fact::Fact;
pub use finding::Finding;
pub use help::{Code, Declaration, DeclaredValue, Help, Language, NamesOfKind};
pub use leftover::Leftover;
pub use report::{Report, Status};
pub use sides::Sides;
pub use steps::VersionSteps;
