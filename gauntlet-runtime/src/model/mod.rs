//! The model: the schema that the user expects at head.
//!
//! Two kinds of source. One that builds a whole schema ([`ModelSource`]: SQL files, and whatever others bring) is loaded
//! into a scratch database and read by the same reader as head, so that PostgreSQL itself normalises types, defaults
//! and expressions; all of it is compared. One that states parts of a schema ([`Models`]: Rust structs and enums) is
//! compared with head, statement by statement; what it does not state is not compared.
//!
//! The meaning of a disagreement for a check is decided in `checks`, its words in `report`.

mod bless;
mod combine;
mod error;
mod models;
mod rules;
mod source;
mod sql_file;
mod stated;

pub use combine::{IntoModel, ModelSet};
pub use error::ModelError;
pub use models::Models;
pub use source::{Loading, ModelSource, Scratch, SetAside};
pub use stated::StatedError;

/// The trait without the derive of the same name, which names another crate.
pub use gauntlet_model::derived::Model;
/// What structs and enums state: data of the crate that they derive it with.
pub use gauntlet_model::{
    Column, ColumnType, Described, Enum, Guard, Index, Key, Place, Reference, Table, Variant,
};

pub(crate) use bless::{Blessed, replace as replace_file, write as bless};
pub(crate) use combine::Whole;
pub(crate) use sql_file::load_text;
pub(crate) use stated::{Head, Topic, hold};
