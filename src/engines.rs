//! Engines: what runs migrations in production. [`Sqlx`] is the built-in one; [`Engine`] is the contract of any other.
//!
//! `migrations =` takes a folder or a sqlx `Migrator`, both run by sqlx, or a value whose type implements [`Engine`]. The
//! guide to advanced use has a complete one, of some 100 lines.

pub use gauntlet_runtime::engines::{
    Engine, EngineError, IntoEngine, Part, Runner, Several, Sqlx, Step, StepError, Words, merged,
};
