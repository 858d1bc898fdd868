//! The rows of a table at one moment, and the differences between two moments. See [`TestDb::rows`](crate::TestDb::rows).

pub use gauntlet_runtime::suite::{Change, Line, Rows, RowsDiff, Value};
