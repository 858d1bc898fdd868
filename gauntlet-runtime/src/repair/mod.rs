//! SQL that repairs: the statements that turn one catalog into another, and a whole catalog as a script.
//!
//! [`mend`] writes the statements that turn the actual catalog into the expected one, each with the differences
//! that it serves; [`script`] writes a catalog as SQL that creates it. Both work from the catalogs alone, without
//! a database. What they cannot write, a [`Plan`] lists with the reason.
//!
//! Leaves to others: running the statements, and choosing the differences that are worth repairing. The statements
//! of a single object come from [`catalog`](crate::catalog).

mod dependencies;
mod drops_and_makes;
mod guarded;
mod moves;
mod obstacles;
mod operations;
mod plan;
mod planner;
mod script;
mod swaps;
mod texts;
mod topological;

pub use dependencies::missed_dependents;
pub(crate) use moves::move_back;
pub use plan::{APART, Plan, Step, Unmended};
pub use planner::mend;
pub use script::{ScriptOptions, script, script_with};
