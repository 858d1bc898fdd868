//! The oldest version of PostgreSQL that is supported.

/// The oldest major version that the tool works with. An older server is refused at once.
pub const OLDEST: u32 = 14;
