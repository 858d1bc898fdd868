//! sqlx: the one module that names the driver. All others name what is re-exported here.
//!
//! A folder for each version of sqlx says what that version does in its own way, each function with the same signature in
//! every version; what all of them have under one name is re-exported as it is. `cargo xtask floors` fails on a `sqlx::`
//! in any other module.

mod v0_9;

pub use sqlx::migrate::Migrator;
pub use sqlx::postgres::types::Oid;
pub use sqlx::{Error, PgConnection, PgPool, Postgres, Result, Type};

pub(crate) use sqlx::error::DatabaseError;
pub(crate) use sqlx::migrate::{MigrateError, Migration, MigrationType};
pub(crate) use sqlx::postgres::{
    PgConnectOptions, PgDatabaseError, PgErrorPosition, PgPoolOptions, PgRow, PgSslMode, PgTypeInfo,
};
pub(crate) use sqlx::{ConnectOptions, Connection, Row, TypeInfo};
pub(crate) use v0_9::{columns, execute, fetch_row, migrate, query, query_as, query_scalar};
