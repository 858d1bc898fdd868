//! What observes the steps of a stage: one file a concern.

pub(crate) mod outside;
pub(crate) mod progress;
pub(crate) mod roles;
pub(crate) mod rows;
