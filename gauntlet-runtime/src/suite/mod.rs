//! The suite: its configuration, what its checks share, and the entry points that the macro calls.
//!
//! All that the macro can say can be said here by hand: build a [`Suite`], call [`Suite::check`].

mod ascent;
mod builder;
mod check;
mod context;
mod custom;
mod error;
mod head;
mod keep;
mod outside;
mod rows;
mod runtime;
mod stage;
mod test_db;
mod version_arg;

pub use ascent::Ascent;
pub use builder::Suite;
pub use context::Context;
pub(crate) use error::query_text;
pub use error::{Error, Result};
pub use head::LoadedModel;
pub use rows::Rows;
pub use runtime::block_on;
pub use stage::Stage;
pub use test_db::TestDb;
pub use version_arg::VersionArg;
