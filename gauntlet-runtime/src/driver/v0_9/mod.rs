//! sqlx 0.9.

pub(crate) mod migrate;
mod query;

pub use sqlx::migrate::Migrator;
pub use sqlx::postgres::PgTypeInfo;
pub use sqlx::postgres::types::Oid;
pub use sqlx::{Error, PgConnection, PgPool, Postgres, Result, Type};

pub(crate) use query::{columns, execute, fetch_row, prepare, query, query_as, query_scalar};
pub(crate) use sqlx::error::DatabaseError;
pub(crate) use sqlx::migrate::{MigrateError, Migration, MigrationType};
pub(crate) use sqlx::postgres::{
    PgConnectOptions, PgDatabaseError, PgErrorPosition, PgPoolOptions, PgRow, PgSslMode,
};
pub(crate) use sqlx::{ConnectOptions, Connection, Row, TypeInfo};

/// The target of the events in which it hands on notices of the server.
pub(crate) const NOTICES: &str = "sqlx::postgres::notice";
