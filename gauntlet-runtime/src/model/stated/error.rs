//! Errors of the comparison of head with structs and enums.

use super::super::{Column, ModelError};
use crate::catalog::CatalogError;
use crate::driver;
use crate::finding::query_text;

/// Head could not be compared with structs and enums.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatedError {
    /// A query failed.
    #[error("{}", query_text(.0))]
    Query(#[from] driver::Error),
    /// The catalog of the probes could not be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A field cannot be compared with anything.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl StatedError {
    pub(super) fn another_sqlx(column: &Column) -> StatedError {
        StatedError::Model(ModelError::AnotherSqlx {
            field: column.field.clone(),
            file: column.place.file,
            line: column.place.line,
            by: column.ty.described_by().unwrap_or("no sqlx"),
        })
    }
}
