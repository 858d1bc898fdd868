//! The plans of prepared statements, and what they say of an INSERT: the columns that it gives no value although they need
//! one. Nothing is run.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::driver::{self, PgConnection, Row as _};

/// The columns of a table that an INSERT has to give a value: no default was put in their place, and no trigger of the
/// table or of its partitions may do so.
const NOT_NULL: &str = "
    SELECT attnum, attname::text FROM pg_catalog.pg_attribute
    JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1 AND relname = $2 AND relkind IN ('r', 'p')
    AND attnum > 0 AND attnotnull AND NOT attisdropped AND attgenerated = ''
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
        WHERE NOT tgisinternal AND tgtype & 7 = 7 AND (tgrelid = attrelid
            OR tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(attrelid))))";

/// A statement that is prepared under a name of its session.
#[derive(Debug)]
pub(super) struct Planned {
    name: String,
    /// The statement that plans it, and does not run it.
    explain: String,
}

impl Planned {
    /// Prepares a query with so many parameters. The outer error is one of the connection, the inner one is the server's.
    pub(super) async fn prepare(
        conn: &mut PgConnection,
        name: String,
        sql: &str,
        parameters: usize,
    ) -> driver::Result<driver::Result<Planned>> {
        // With a plan for all values a parameter is none of them.
        driver::execute(conn, "SET plan_cache_mode = force_generic_plan").await?;
        let sql = sql.trim_end().trim_end_matches(';');
        let prepare = format!("PREPARE {name} AS {sql}");
        if let Err(error) = by_server(driver::execute(conn, &prepare).await)? {
            return Ok(Err(error));
        }
        let values = match parameters {
            0 => String::new(),
            n => format!("({})", vec!["NULL"; n].join(", ")),
        };
        let explain = format!("EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE {name}{values}");
        Ok(Ok(Planned { name, explain }))
    }

    /// Its plan at this moment. The outer error is one of the connection, the inner one is the server's.
    pub(super) async fn plan(
        &self,
        conn: &mut PgConnection,
    ) -> driver::Result<driver::Result<Value>> {
        let row = match by_server(driver::fetch_row(conn, &self.explain).await)? {
            Ok(row) => row,
            Err(error) => return Ok(Err(error)),
        };
        // It has the type `json`, which is text here.
        let text: String = row.try_get_unchecked(0)?;
        Ok(Ok(serde_json::from_str(&text).unwrap_or_default()))
    }

    async fn forget(self, conn: &mut PgConnection) -> driver::Result<()> {
        driver::execute(conn, &format!("DEALLOCATE {}", self.name)).await.map(drop)
    }
}

/// The columns, `nick of users`, that each of these queries, with the numbers of their parameters, gives no value although
/// they need one: none for what is no INSERT.
///
/// # Errors
///
/// When the server cannot be asked.
pub(crate) async fn omitted_columns(
    conn: &mut PgConnection,
    queries: &[(&str, usize)],
) -> driver::Result<Vec<BTreeSet<String>>> {
    let mut all = Vec::with_capacity(queries.len());
    for (sql, parameters) in queries {
        let name = "gauntlet_insert".to_owned();
        all.push(match Planned::prepare(conn, name, sql, *parameters).await? {
            Err(_) => BTreeSet::new(),
            Ok(planned) => {
                let omitted = match planned.plan(conn).await? {
                    Ok(plan) => omitted(conn, &plan).await?,
                    Err(_) => BTreeSet::new(),
                };
                planned.forget(conn).await?;
                omitted
            }
        });
    }
    Ok(all)
}

/// The columns that an INSERT with this plan gives no value although they need one. It fails with each row that it inserts.
pub(super) async fn omitted(
    conn: &mut PgConnection,
    plan: &Value,
) -> driver::Result<BTreeSet<String>> {
    // Where rules make several statements of it, each may concern other rows.
    let Some([statement]) = plan.as_array().map(Vec::as_slice) else { return Ok(BTreeSet::new()) };
    let top = &statement["Plan"];
    // A CTE that is not folded in stands before the rows.
    let rows = top["Plans"].as_array().and_then(|plans| {
        plans.iter().find(|plan| plan["Parent Relationship"].as_str() == Some("Outer"))
    });
    let (Some("Insert"), Some(schema), Some(table), Some(output)) = (
        top["Operation"].as_str(),
        top["Schema"].as_str(),
        top["Relation Name"].as_str(),
        rows.and_then(|rows| rows["Output"].as_array()),
    ) else {
        return Ok(BTreeSet::new());
    };
    let columns: Vec<(i16, String)> =
        driver::query_as(NOT_NULL).bind(schema).bind(table).fetch_all(conn).await?;
    // The values are those of all columns, in their order.
    let is_null = |number: i16| {
        let value = usize::try_from(number - 1).ok().and_then(|place| output.get(place));
        value
            .and_then(Value::as_str)
            .is_some_and(|value| value == "NULL" || value.starts_with("NULL::"))
    };
    let missing = columns.into_iter().filter(|(number, _)| is_null(*number));
    Ok(missing.map(|(_, name)| format!("{name} of {table}")).collect())
}

/// The outer error is one of the connection, the inner one is the server's.
fn by_server<T>(result: driver::Result<T>) -> driver::Result<driver::Result<T>> {
    match result {
        Err(error) if error.as_database_error().is_none() => Err(error),
        result => Ok(result),
    }
}
