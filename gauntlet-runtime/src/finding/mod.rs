//! Findings and the reports that they make up: plain data. How they read is the business of `report`.

#[allow(clippy::module_inception, reason = "the file holds the type of this name")]
mod finding;
mod report;

pub use finding::{Finding, Help, Severity, Sides};
pub use report::{Report, Status};
