//! The smallest suite.

#[gauntlet::migration_suite]
mod migrations {}

#[cfg(not(test))]
fn main() {}
