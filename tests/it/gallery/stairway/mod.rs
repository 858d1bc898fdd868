//! The defect gallery of `stairway`.

mod equal;
mod labels;
mod restore;
mod small;
mod state;
mod steps;
mod variants;
