//! The words of a suite: which checks and arguments exist, and the plan that a choice among the checks leads to.
//!
//! The macro crate and the runtime both depend on this crate, because a proc-macro crate cannot depend on the runtime
//! and `#[ignore = "why"]` has to be known when the macro expands. It knows words and reasons; tokens and spans are the
//! macro's, and running a check is the runtime's.
//!
//! Use the facade crate `migration-gauntlet` (library name `gauntlet`); this crate is a part of it.

mod argument;
mod check;
mod group;
mod ignorable;
mod mistake;
mod nearest;
mod plan;
mod prepared;
mod request;
mod selectable;
mod setting;

pub use argument::{Argument, Form};
pub use check::{Check, Needs};
pub use group::Group;
pub use ignorable::IGNORABLE;
pub use mistake::{Fault, Mistake};
pub use nearest::{nearest, unknown};
pub use plan::{Plan, Planned, Reason, plan};
pub use prepared::{Prepared, prepared_folders};
pub use request::Request;
pub use selectable::checks_named;
pub use setting::{EVERY_SETTING, SETTINGS, SETTINGS_FILE};
