//! Models: the schema that is expected at head, what `model = ...` takes.
//!
//! [`Model`] is implemented by `#[derive(gauntlet::Model)]`; a [`ModelSource`] makes a model by code of your own.

pub use gauntlet_runtime::model::{
    Column, ColumnType, Described, Enum, Guard, Index, IntoModel, Key, Loading, Model, ModelError,
    ModelSet, ModelSource, Models, Place, Reference, Scratch, SetAside, Table, Variant,
};
