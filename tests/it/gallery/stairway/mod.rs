//! The defect gallery of `stairway`.

mod aliases;
mod equal;
mod labels;
mod refused;
mod restore;
mod segments;
mod small;
mod state;
mod steps;
mod variants;
