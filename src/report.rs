//! Reports: the result of a check as data, as text and as JSON. See [`Suite::report`](crate::Suite::report).

pub use gauntlet_runtime::finding::{Finding, Help, Report, Severity, Sides, Status};
pub use gauntlet_runtime::report::{JsonFinding, JsonLine, render, render_notes};
pub use gauntlet_runtime::sql::Position;
