//! sqlx 0.9.

pub(crate) mod migrate;
mod query;

pub(crate) use query::{columns, execute, fetch_row, query, query_as, query_scalar};
