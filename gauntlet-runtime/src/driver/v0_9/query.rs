//! Queries: sqlx 0.9 takes SQL only as a literal or behind `AssertSqlSafe`.

use sqlx::postgres::{PgArguments, PgQueryResult, PgRow, PgTypeInfo};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{
    AssertSqlSafe, Column as _, Either, Executor as _, FromRow, PgConnection, Postgres, Result,
    SqlSafeStr as _, Statement as _,
};

use crate::driver::prepared::{Statement, StatementColumn};

/// A query with bound values.
pub(crate) fn query(sql: &str) -> Query<'_, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(sql))
}

/// A query with bound values whose rows are read into `O`.
pub(crate) fn query_as<'q, O>(sql: &'q str) -> QueryAs<'q, Postgres, O, PgArguments>
where
    O: for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_as(AssertSqlSafe(sql))
}

/// A query with bound values whose rows have one column, read into `O`.
pub(crate) fn query_scalar<'q, O>(sql: &'q str) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_scalar(AssertSqlSafe(sql))
}

/// Runs a statement, or several, without parameters and unprepared.
pub(crate) async fn execute(conn: &mut PgConnection, sql: &str) -> Result<PgQueryResult> {
    conn.execute(AssertSqlSafe(sql)).await
}

/// The first row of a statement without parameters, unprepared.
pub(crate) async fn fetch_row(conn: &mut PgConnection, sql: &str) -> Result<PgRow> {
    conn.fetch_one(AssertSqlSafe(sql)).await
}

/// The columns that a statement returns, with their types.
pub(crate) async fn columns(
    conn: &mut PgConnection,
    sql: &str,
) -> Result<Vec<(String, PgTypeInfo)>> {
    let statement = conn.prepare(AssertSqlSafe(sql).into_sql_str()).await?;
    let column =
        |column: &sqlx::postgres::PgColumn| (column.name().to_owned(), column.type_info().clone());
    Ok(statement.columns().iter().map(column).collect())
}

/// Prepares a statement without running it.
pub(crate) async fn prepare(conn: &mut PgConnection, sql: &str) -> Result<Statement> {
    let statement = conn.prepare(AssertSqlSafe(sql).into_sql_str()).await?;
    let oid = |of: &PgTypeInfo| of.oid().map(|oid| oid.0);
    let parameters = match statement.parameters() {
        Some(Either::Left(types)) => types.iter().map(oid).collect(),
        Some(Either::Right(count)) => vec![None; count],
        None => Vec::new(),
    };
    let column = |column: &sqlx::postgres::PgColumn| StatementColumn {
        name: column.name().to_owned(),
        of: oid(column.type_info()),
        origin: column.relation_id().map(|oid| oid.0).zip(column.relation_attribute_no()),
    };
    Ok(Statement { parameters, columns: statement.columns().iter().map(column).collect() })
}
