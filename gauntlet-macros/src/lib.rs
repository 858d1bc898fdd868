//! The macros of `migration-gauntlet`.
