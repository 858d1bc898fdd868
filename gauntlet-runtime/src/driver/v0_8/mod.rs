//! sqlx 0.8, in a build without 0.9.

pub(crate) mod migrate;
mod query;

pub use sqlx_08::migrate::Migrator;
pub use sqlx_08::postgres::PgTypeInfo;
pub use sqlx_08::postgres::types::Oid;
pub use sqlx_08::{Error, PgConnection, PgPool, Postgres, Result, Type};

pub(crate) use query::{columns, execute, fetch_row, prepare, query, query_as, query_scalar};
pub(crate) use sqlx_08::error::DatabaseError;
pub(crate) use sqlx_08::migrate::{MigrateError, Migration, MigrationType};
pub(crate) use sqlx_08::postgres::{
    PgConnectOptions, PgDatabaseError, PgErrorPosition, PgPoolOptions, PgRow, PgSslMode,
};
pub(crate) use sqlx_08::{ConnectOptions, Connection, Row, TypeInfo};

/// The target of the events in which it hands on notices of the server.
pub(crate) const NOTICES: &str = "sqlx::postgres::notice";
