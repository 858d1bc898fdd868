//! Histories of migrations: what `migrations = ...` takes, and what a test sees of them.

pub use gauntlet_runtime::error::Overrun;
pub use gauntlet_runtime::migrations::{
    Direction, History, HistorySource, Irreversible, Migration, MigrationsError, Misnaming,
    Problem, Runner, Script, SeedFailure, SettingChange, Step, StepError, UnknownVersion, Version,
};
