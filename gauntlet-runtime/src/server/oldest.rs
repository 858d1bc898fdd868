//! The versions of PostgreSQL that are supported.

/// The oldest major version that the tool works with. An older server is refused at once.
pub const OLDEST: u32 = 14;

/// The newest major version that the tool is tested with. A newer server is used where it is found, and not installed unless
/// somebody asks for it.
pub(super) const NEWEST: u32 = 18;
