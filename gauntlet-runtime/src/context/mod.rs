//! The context of a check: its suite's settings and history, its stages, and the values that it shares with other checks.
//!
//! `Settings` are the plain values that the suite's builder has collected. A `Project` is what is read once a suite:
//! the history, and all that follows from its scripts. A [`Context`] is made for each check or custom test. What several
//! checks need (head, the models) is found once: see `head` for who does that, and `handover` for what the processes
//! of one run do.

mod budgets;
#[expect(clippy::module_inception, reason = "the file holds the type of this name")]
mod context;
mod definition;
mod handover;
mod head;
mod interrupted_rules;
mod lock_rules;
mod migrated;
mod models;
mod populated_rules;
mod project;
mod release;
mod rights;
mod rules;
mod script;
mod settings;
mod shared;
mod shipped;
mod shipped_head;

pub use context::Context;
pub(crate) use context::{IGNORED, PARTITIONS};
pub use interrupted_rules::InterruptedRules;
pub use lock_rules::LockRules;
pub use populated_rules::PopulatedRules;
pub(crate) use project::Project;
pub(crate) use release::Release;
pub(crate) use rules::Rules;
pub(crate) use settings::{Settings, WalkSettings};
pub use shared::LoadedModel;
pub(crate) use shared::Shared;
pub(crate) use shipped::{Found as ShippedFound, OtherTable, read_lock};
