//! Structs and enums as a model.

use super::{Described, Enum, Table};
use crate::names::Globs;

/// Rust structs and enums that say what parts of the schema should be: `gauntlet::models![User, Order]`.
///
/// Only what they state is compared, with one exception: where a suite's whole model is made of structs, a table that
/// none of them mentions is a finding, unless it is allowed.
#[derive(Debug, Clone, Default)]
pub struct Models {
    name: String,
    tables: Vec<Table>,
    enums: Vec<Enum>,
    allowed: Vec<String>,
    globs: Globs,
    mistakes: Vec<String>,
}

impl Models {
    /// Models of these descriptions. `name` stands in texts: `models![User, Order]`.
    #[doc(hidden)]
    pub fn new(name: impl Into<String>, described: impl IntoIterator<Item = Described>) -> Models {
        let mut models = Models { name: name.into(), ..Models::default() };
        for one in described {
            match one {
                Described::Table(table) => models.tables.push(table),
                Described::Enum(one) => models.enums.push(one),
            }
        }
        models
    }

    /// Allows tables that no struct mentions, as globs on the table's name (`audit.*` for another schema's): what the
    /// inventory of `up_to_date` would tell otherwise. Default: none.
    ///
    /// With an invalid glob no check of the suite can run, and each says so.
    #[must_use]
    pub fn allow(mut self, tables: impl IntoIterator<Item = impl AsRef<str>>) -> Models {
        self.allowed.extend(tables.into_iter().map(|table| table.as_ref().to_owned()));
        match Globs::new(&self.allowed) {
            Ok(globs) => self.globs = globs,
            Err(error) => self.mistakes.push(format!("`allow`: {error}")),
        }
        self
    }

    /// Their name in texts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The structs.
    #[doc(hidden)]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The enums.
    #[doc(hidden)]
    pub fn enums(&self) -> &[Enum] {
        &self.enums
    }

    /// The allow list, as it was written.
    #[doc(hidden)]
    pub fn allowed(&self) -> &[String] {
        &self.allowed
    }

    /// The numbers of the allowed globs that match a table.
    pub(crate) fn allows(&self, qualified_name: &str) -> Vec<usize> {
        self.globs.matches(qualified_name)
    }

    /// The mistakes in the models themselves.
    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }
}
