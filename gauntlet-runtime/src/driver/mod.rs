//! sqlx: the one module that names the driver. All others name what is re-exported here.
//!
//! A folder for each supported version of sqlx says what that version does in its own way: the same names with the same
//! signatures in each. The features `sqlx-0_9` and `sqlx-0_8` choose. With one of them on, all of this crate runs on that
//! version, and a user's crate compiles one sqlx. With both on (two crates of one workspace, of different versions), this
//! crate runs on 0.9, and `both` has what a crate on 0.8 hands over and gets: types, a `Migrator`, errors, connections.
//!
//! `cargo xtask floors` fails on a `sqlx::` in any other module.

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
mod both;
mod prepared;
mod types;
#[cfg(all(feature = "sqlx-0_8", not(feature = "sqlx-0_9")))]
mod v0_8;
#[cfg(feature = "sqlx-0_9")]
mod v0_9;

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
pub use both::{
    Error08, Migrator08, PgConnection08, PgPool08, connect as connect_08, pool as pool_08,
};
#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
pub(crate) use both::{execute as execute_08, migrator};
pub(crate) use prepared::Statement;
pub(crate) use types::reads;
#[cfg(all(feature = "sqlx-0_8", not(feature = "sqlx-0_9")))]
use v0_8 as current;
#[cfg(feature = "sqlx-0_9")]
use v0_9 as current;

pub use current::{Error, Migrator, Oid, PgConnection, PgPool, PgTypeInfo, Postgres, Result, Type};

pub(crate) use current::{
    ConnectOptions, Connection, DatabaseError, MigrateError, Migration, MigrationType, NOTICES,
    PgConnectOptions, PgDatabaseError, PgErrorPosition, PgPoolOptions, PgRow, PgSslMode, Row,
    TypeInfo, columns, execute, fetch_row, migrate, prepare, query, query_as, query_scalar,
};

#[cfg(not(any(feature = "sqlx-0_8", feature = "sqlx-0_9")))]
compile_error!("turn on one of the features `sqlx-0_9` (on by default) and `sqlx-0_8`");
