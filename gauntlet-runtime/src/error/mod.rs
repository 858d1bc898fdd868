//! The error of the crate: why a check, a custom test or a method of [`TestDb`](crate::suite::TestDb) could not run.
//!
//! The rooms below have errors of their own; this is the one error of those above.

#[expect(clippy::module_inception, reason = "the file holds the type of this name")]
mod error;
mod overrun;
mod seeds;

pub use error::{Error, Result};
pub use overrun::Overrun;
pub use seeds::SeedsError;
