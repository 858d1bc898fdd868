//! The defect gallery of `stairway`.

mod aliases;
mod equal;
mod labels;
mod moves;
mod proposal;
mod refused;
mod restore;
mod roles;
mod segments;
mod small;
mod state;
mod steps;
mod variants;
