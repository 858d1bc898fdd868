//! Migrations: a folder (or a sqlx `Migrator`) as an ordered history, and one step up or down.
//!
//! Steps run through sqlx's own `Migrate::apply` and `revert`, so that transactions, protocol, bookkeeping and
//! `-- no-transaction` are those of production. This module leaves the judging of a history to the checks, and
//! databases to `isolation`.

mod collect;
mod error;
mod folder;
mod history;
mod locate;
mod problem;
mod runner;
mod session;
mod source;

pub use error::{MigrationsError, SeedFailure, StepError};
pub use history::{Direction, History, Irreversible, Migration, Script, UnknownVersion, Version};
pub use problem::{Misnaming, Problem};
pub use runner::{Runner, Step};
pub use session::SettingChange;
pub use source::HistorySource;
