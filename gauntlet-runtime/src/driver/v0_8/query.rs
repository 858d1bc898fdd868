//! Queries: sqlx 0.8 borrows the SQL.

use sqlx_08::postgres::{PgArguments, PgQueryResult, PgRow, PgTypeInfo};
use sqlx_08::query::{Query, QueryAs, QueryScalar};
use sqlx_08::{
    Column as _, Either, Executor as _, FromRow, PgConnection, Postgres, Result, Statement as _,
};

use crate::driver::prepared::{Statement, StatementColumn};

/// A query with bound values.
pub(crate) fn query(sql: &str) -> Query<'_, Postgres, PgArguments> {
    sqlx_08::query(sql)
}

/// A query with bound values whose rows are read into `O`.
pub(crate) fn query_as<'q, O>(sql: &'q str) -> QueryAs<'q, Postgres, O, PgArguments>
where
    O: for<'r> FromRow<'r, PgRow>,
{
    sqlx_08::query_as(sql)
}

/// A query with bound values whose rows have one column, read into `O`.
pub(crate) fn query_scalar<'q, O>(sql: &'q str) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> FromRow<'r, PgRow>,
{
    sqlx_08::query_scalar(sql)
}

/// Runs a statement, or several, without parameters and unprepared.
pub(crate) async fn execute(conn: &mut PgConnection, sql: &str) -> Result<PgQueryResult> {
    conn.execute(sql).await
}

/// The first row of a statement without parameters, unprepared.
pub(crate) async fn fetch_row(conn: &mut PgConnection, sql: &str) -> Result<PgRow> {
    conn.fetch_one(sql).await
}

/// The columns that a statement returns, with their types.
pub(crate) async fn columns(
    conn: &mut PgConnection,
    sql: &str,
) -> Result<Vec<(String, PgTypeInfo)>> {
    let statement = conn.prepare(sql).await?;
    let column = |column: &sqlx_08::postgres::PgColumn| {
        (column.name().to_owned(), column.type_info().clone())
    };
    Ok(statement.columns().iter().map(column).collect())
}

/// Prepares a statement without running it.
pub(crate) async fn prepare(conn: &mut PgConnection, sql: &str) -> Result<Statement> {
    let statement = conn.prepare(sql).await?;
    let oid = |of: &PgTypeInfo| of.oid().map(|oid| oid.0);
    let parameters = match statement.parameters() {
        Some(Either::Left(types)) => types.iter().map(oid).collect(),
        Some(Either::Right(count)) => vec![None; count],
        None => Vec::new(),
    };
    let column = |column: &sqlx_08::postgres::PgColumn| StatementColumn {
        name: column.name().to_owned(),
        of: oid(column.type_info()),
        origin: column.relation_id().map(|oid| oid.0).zip(column.relation_attribute_no()),
    };
    Ok(Statement { parameters, columns: statement.columns().iter().map(column).collect() })
}
