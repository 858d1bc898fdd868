//! Migrations: sqlx 0.8 has one name for the bookkeeping table, and no way to record a version without running it.

use std::sync::Arc;

use sqlx_08::PgConnection;
use sqlx_08::migrate::{Migrate as _, MigrateError, Migration, MigrationType, Migrator};

/// The bookkeeping table.
pub(crate) const TABLE: &str = "_sqlx_migrations";

/// The bookkeeping table of a `Migrator`, as SQL.
pub(crate) fn table(_: &Migrator) -> &str {
    TABLE
}

/// The schemas that a `Migrator` makes before its table: none.
pub(crate) fn schemas(_: &Migrator) -> Vec<String> {
    Vec::new()
}

/// A script as sqlx runs it. sqlx itself would hash it each time that it is made.
pub(crate) fn script(
    (version, description): (i64, String),
    migration_type: MigrationType,
    sql: Arc<str>,
    checksum: Vec<u8>,
    no_tx: bool,
) -> Migration {
    let sql = String::from(&*sql).into();
    let (description, checksum) = (description.into(), checksum.into());
    Migration { version, description, migration_type, sql, checksum, no_tx }
}

/// The SQL of a script.
pub(crate) fn sql(migration: &Migration) -> &str {
    &migration.sql
}

/// Makes the bookkeeping table.
pub(crate) async fn prepare(
    conn: &mut PgConnection,
    _schemas: &[String],
    _table: &str,
) -> Result<(), MigrateError> {
    conn.ensure_migrations_table().await
}

/// Takes the lock of the database, and waits for it.
pub(crate) async fn lock(conn: &mut PgConnection) -> Result<(), MigrateError> {
    conn.lock().await
}

/// Gives the lock of the database back.
pub(crate) async fn unlock(conn: &mut PgConnection) -> Result<(), MigrateError> {
    conn.unlock().await
}

/// Runs an up and records it, in the table that the session finds under the one name.
pub(crate) async fn apply(
    conn: &mut PgConnection,
    _table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    conn.apply(migration).await.map(drop)
}

/// Runs a down and removes the record, in the table that the session finds under the one name.
pub(crate) async fn revert(
    conn: &mut PgConnection,
    _table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    conn.revert(migration).await.map(drop)
}

/// Records a version without running it, as sqlx 0.9 does.
pub(crate) async fn mark(
    conn: &mut PgConnection,
    table: &str,
    migration: &Migration,
) -> Result<(), MigrateError> {
    let insert = format!(
        "INSERT INTO {table} (version, description, success, checksum, execution_time) \
         VALUES ($1, $2, TRUE, $3, -1)"
    );
    super::query(&insert)
        .bind(migration.version)
        .bind(&*migration.description)
        .bind(&*migration.checksum)
        .execute(conn)
        .await?;
    Ok(())
}

/// The recorded versions, in ascending order.
pub(crate) async fn applied(
    conn: &mut PgConnection,
    table: &str,
) -> Result<Vec<i64>, MigrateError> {
    let select = format!("SELECT version FROM {table} ORDER BY version");
    Ok(super::query_scalar(&select).fetch_all(conn).await?)
}
