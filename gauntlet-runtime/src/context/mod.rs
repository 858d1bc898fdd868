//! What a check works with: its suite's settings and history, its server, and what it shares with other checks.

#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod context;
mod deposit;
mod head;
mod plan;

pub use context::Context;
pub(crate) use context::{IGNORED, ReachedOut};
pub use head::LoadedModel;
pub(crate) use head::{Lead, Shared};
pub use plan::Overrun;
pub(crate) use plan::Plan;
