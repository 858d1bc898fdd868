//! Models: the schema that is expected at head, what `model = ...` takes.
//!
//! [`Model`](crate::Model) is implemented by `#[derive(gauntlet::Model)]`; a [`ModelSource`] makes a model by code of your own.

pub use gauntlet_runtime::model::{IntoModel, Loading, ModelError, ModelSource, Models, Scratch};
