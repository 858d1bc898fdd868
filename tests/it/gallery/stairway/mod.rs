//! The defect gallery of `stairway`.

mod labels;
mod restore;
mod small;
mod state;
mod steps;
