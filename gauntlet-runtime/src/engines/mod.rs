//! Engines: what runs migrations in production. Each reads its source into a [`History`](crate::history::History),
//! keeps its bookkeeping, and takes one step up or down with the transactions and the protocol of production.
//!
//! The contract is [`Engine`]. [`Runner`] adds what is the same for all of them: time, the settings that a script leaves
//! changed, the place of a failure. Judging a history is left to `checks`, databases to `isolation`.
//!
//! # Adding an engine
//!
//! One folder and one line: `engines/NAME/` with a type that implements [`Engine`], `mod NAME;` below. No other room
//! knows an engine by its name. What reads the source is best a file of its own, and so are the engine's words for the
//! problems that it finds (`words.rs`); words that it does not have are the neutral ones. An engine outside of this crate
//! is the same type and no line: `tests/it/engines/second.rs` has one of some 100 lines.

mod by_statement;
mod cut;
mod engine;
mod error;
mod fault;
mod left;
mod locate;
mod notices;
mod runner;
mod session;
mod session_words;
mod several;
mod sqlx;
mod step;
mod stray;
mod unrecorded;
mod words;

pub use self::sqlx::{Sqlx, merged};
pub(crate) use by_statement::{Ran, Watch};
pub(crate) use cut::Cut;
pub(crate) use engine::engine_of;
pub use engine::{Engine, IntoEngine, Part};
pub use error::{Companion, EngineError, StepError};
pub(crate) use fault::TIME_UP;
pub use left::{SessionItem, SettingChange};
pub use runner::Runner;
pub use several::Several;
pub use step::Step;
pub(crate) use stray::{Instead, Stray, may_stray};
pub use unrecorded::{Rest, Unrecorded};
pub use words::Words;
