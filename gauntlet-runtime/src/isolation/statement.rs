//! The one place that sends SQL text which this module has put together.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

/// Runs statements as one simple query, so as one transaction where they may be in one.
///
/// Callers quote every name with [`quote_ident`](crate::names::quote_ident).
pub(super) async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
