//! The defect gallery of `stairway`.

mod aliases;
mod equal;
mod labels;
mod restore;
mod small;
mod state;
mod steps;
mod variants;
