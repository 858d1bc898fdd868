//! Stages: isolated databases in which the steps of a history run, and what observes the steps.

mod ascent;
pub(crate) mod keep;
pub(crate) mod observers;
mod seed;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod stage;

pub use ascent::Ascent;
pub use seed::Seed;
pub(crate) use seed::When;
pub use stage::Stage;
