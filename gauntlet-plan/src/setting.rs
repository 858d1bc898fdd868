//! The keys of `gauntlet.toml`, which the command and the macros read.

/// The name of the file, in the folder of the crate.
pub const SETTINGS_FILE: &str = "gauntlet.toml";

/// The keys of the file: the arguments of a suite that are values, and the choice among its checks.
pub const SETTINGS: &[&str] = &[
    "migrations",
    "model",
    "db",
    "setup",
    "as_role",
    "isolation",
    "irreversible",
    "downgrade_floor",
    "baseline",
    "shipped",
    "strict",
    "partitions",
    "ignore",
    "ignore_tables",
    "naming",
    "locks",
    "populated",
    "interrupted",
    "queries",
    "compat",
    "seeds",
    "budget",
    "timeout",
    "skip",
    "only",
];
