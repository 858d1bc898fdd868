//! What the macro emits, as a person would read it. `UPDATE_EXPECT=1 cargo test -p migration-gauntlet-macros` records again.
//!
//! Where the errors stand is shown by `tests/ui` of the facade; spans do not exist here.

mod any_arguments;
mod custom;
mod expansion;
mod migrated;
mod mistakes;
pub(crate) mod support;
