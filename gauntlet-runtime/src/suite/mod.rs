//! The suite: its configuration, what its checks share, and the entry points that the macro calls.
//!
//! All that the macro can say can be said here by hand: build a [`Suite`], call [`Suite::check`].

mod ascent;
mod builder;
mod check;
mod context;
mod custom;
mod deposit;
mod error;
mod fingerprint;
mod head;
mod keep;
mod outside;
mod plan;
mod roles;
mod rows;
mod runtime;
mod seed;
mod stage;
mod test_db;
mod version_arg;
mod watch;

pub use ascent::Ascent;
pub use builder::{Budget, IntoSuite, Suite};
pub use context::Context;
pub(crate) use error::query_text;
pub use error::{Error, Result};
pub(crate) use head::Lead;
pub use head::LoadedModel;
pub use plan::Overrun;
pub use rows::{Change, Line, Rows, RowsDiff, Value};
pub use runtime::block_on;
pub use seed::Seed;
pub use stage::Stage;
pub use test_db::TestDb;
pub use version_arg::VersionArg;
