//! The smallest suite.

#[gauntlet::migration_suite]
mod migrations {}
