//! The CI templates of `docs/ci`, and the action.

mod runs;
mod service;
mod shape;
mod templates;
