//! The formats of a run's report, each in a file of its name.

mod github;
mod json;
mod junit;
mod render;
mod run;
mod text;

pub(crate) use render::render;
pub(crate) use run::{Outcome, Run};
