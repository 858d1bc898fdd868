//! Reports: the result of a check as data, as text and as JSON. See [`Suite::report`](crate::Suite::report).

pub use gauntlet_runtime::finding::{
    Code, DatabaseMessage, Fact, Finding, Help, Language, Leftover, Report, Severity, Sides, Status,
};
pub use gauntlet_runtime::report::render;
pub use gauntlet_runtime::sql::Position;
