//! Stages: isolated databases in which the steps of a history run, and what observes the steps.
//!
//! [`Stages`] makes the stages of one check or custom test from a `StageConfig`. A [`Stage`] has a connection on which
//! the steps run, and a list of observers: each concern that has to do something before, during or after a
//! step. The stage itself runs the step and the list, and knows none of them by name. How an observer is added is said
//! in `observers`.
//!
//! Left to others: applying and reverting (the engine), what the findings mean (the checks).

mod ascent;
mod attempt;
mod baseline;
mod by_statement;
mod config;
mod copies;
mod fill;
mod footprint;
mod heads;
mod interrupt;
mod lease;
mod migrators;
mod observations;
mod observer;
mod observers;
mod reach;
mod restore;
mod roles;
mod seed;
mod seed_folder;
mod server_thing;
mod session;
mod setup;
mod shared_head;
#[expect(clippy::module_inception, reason = "the file holds the type of this name")]
mod stage;
mod stages;
mod template;
mod waits;

pub use ascent::Ascent;
pub(crate) use attempt::Attempt;
pub use baseline::Baseline;
pub(crate) use baseline::Laid;
pub(crate) use by_statement::ByStatement;
pub(crate) use config::{PlannedSeed, StageConfig};
pub(crate) use copies::Copies;
pub(crate) use fill::{Extent, Filling};
pub(crate) use footprint::{Blocks, Footprint, Held, LockMode, Relation, RelationKind, Relations};
pub(crate) use heads::HeadSource;
pub(crate) use lease::Lease;
pub(crate) use migrators::Both;
pub(crate) use observations::Observations;
pub use observers::Fingerprint;
pub(crate) use observers::once;
pub(crate) use reach::Reach;
pub use seed::Seed;
pub(crate) use seed::When;
pub use seed_folder::SeedFolder;
pub use server_thing::ServerThing;
pub use session::Sessions;
pub use stage::Stage;
pub use stages::Stages;
pub(crate) use waits::busy_for;
