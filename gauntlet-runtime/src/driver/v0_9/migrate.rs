//! Migrations: sqlx 0.9 lets a `Migrator` name its table, and schemas to make before it.

use std::sync::Arc;

use sqlx::migrate::{Migrate as _, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, PgConnection, SqlSafeStr as _};

/// The bookkeeping table of a folder.
pub(crate) const TABLE: &str = "_sqlx_migrations";

/// The bookkeeping table of a `Migrator`, as SQL.
pub(crate) fn table(migrator: &Migrator) -> &str {
    &migrator.table_name
}

/// The schemas that a `Migrator` makes before its table, as SQL.
pub(crate) fn schemas(migrator: &Migrator) -> Vec<String> {
    migrator.create_schemas.iter().map(ToString::to_string).collect()
}

/// A script as sqlx runs it. sqlx itself would hash it each time that it is made.
pub(crate) fn script(
    (version, description): (i64, String),
    migration_type: MigrationType,
    sql: Arc<str>,
    checksum: Vec<u8>,
    no_tx: bool,
) -> Migration {
    let sql = AssertSqlSafe(sql).into_sql_str();
    let (description, checksum) = (description.into(), checksum.into());
    Migration { version, description, migration_type, sql, checksum, no_tx }
}

/// The SQL of a script.
pub(crate) fn sql(migration: &Migration) -> &str {
    migration.sql.as_str()
}

/// Makes the schemas and the bookkeeping table.
pub(crate) async fn prepare(
    conn: &mut PgConnection,
    schemas: &[String],
    table: &str,
) -> Result<(), MigrateError> {
    for schema in schemas {
        conn.create_schema_if_not_exists(schema).await?;
    }
    conn.ensure_migrations_table(table).await
}

/// Takes the lock of the database, and waits for it.
pub(crate) async fn lock(conn: &mut PgConnection) -> Result<(), MigrateError> {
    conn.lock().await
}

/// Gives the lock of the database back.
pub(crate) async fn unlock(conn: &mut PgConnection) -> Result<(), MigrateError> {
    conn.unlock().await
}

/// Runs an up and records it.
pub(crate) async fn apply(
    conn: &mut PgConnection,
    table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    conn.apply(table, migration).await.map(drop)
}

/// Runs a down and removes the record.
pub(crate) async fn revert(
    conn: &mut PgConnection,
    table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    conn.revert(table, migration).await.map(drop)
}

/// Records a version without running it.
pub(crate) async fn mark(
    conn: &mut PgConnection,
    table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    conn.skip(table, migration).await
}

/// The recorded versions, in ascending order.
pub(crate) async fn applied(
    conn: &mut PgConnection,
    table: &str,
) -> Result<Vec<i64>, MigrateError> {
    let rows = conn.list_applied_migrations(table).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}
