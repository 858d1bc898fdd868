//! sqlx: a folder or a `Migrator` as a history, and single steps through sqlx's own `Migrate::apply` and `revert`, so that
//! transactions, protocol, bookkeeping and `-- no-transaction` are those of production.
//!
//! sqlx's types of migrations are named in this folder alone.

mod collect;
mod config;
mod deployment;
mod engine;
mod folder;
mod layout;
mod sources;
mod words;

pub use engine::{Sqlx, merged};
