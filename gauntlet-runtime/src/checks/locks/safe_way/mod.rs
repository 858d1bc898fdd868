//! How the same is done without a lock that others wait for: written out for the statement.
//!
//! Left to others: whether the statement needs it.

mod alter_table;
mod column;
mod constraint;
mod index;
mod key;
mod neighbours;
mod step;
mod table;
mod way;

pub(super) use neighbours::among;
pub(super) use step::{Place, Step};
pub(super) use way::{apart, is_validation, of_block, steps, target, without_lock};
