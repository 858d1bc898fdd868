//! The plans of prepared statements: whether they can be planned, and the columns that an INSERT gives no value although
//! they need one. Nothing is run.

use std::collections::BTreeSet;

use serde_json::Value;

use super::merge::{Given, MergeInsert, merge_inserts};
use super::omitted::Omitted;
use crate::driver::{self, DatabaseError, PgConnection, Row as _};

/// The columns of a table that have to get a value, which no trigger of the table or of its partitions may give: their
/// numbers, their places among those that exist, whether they have a default, and the CHECK that asks for the value where it
/// is no NOT NULL of the column or of its domain.
///
/// A function in PL/pgSQL gives a column a value by its name, or makes the whole row; it may also leave the row out.
const NOT_NULL: &str = r"
    SELECT attnum,
        (SELECT count(*) FROM pg_catalog.pg_attribute AS before
            WHERE before.attrelid = pg_class.oid AND before.attnum > 0
            AND before.attnum < pg_attribute.attnum AND NOT before.attisdropped),
        attname::text,
        atthasdef OR attidentity <> '' OR pg_type.typdefault IS NOT NULL,
        CASE WHEN NOT attnotnull AND NOT pg_type.typnotnull THEN conname::text END
    FROM pg_catalog.pg_attribute
    JOIN pg_catalog.pg_type ON pg_type.oid = atttypid
    JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    LEFT JOIN LATERAL (SELECT conname FROM pg_catalog.pg_constraint,
            LATERAL pg_catalog.pg_get_expr(conbin, conrelid) AS condition
        WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum]
        AND pg_catalog.strpos(condition, pg_catalog.format('(%I IS NOT NULL)', attname)) > 0
        AND condition !~ '\m(OR|NOT \(|CASE|COALESCE)' ORDER BY conname LIMIT 1) AS checked ON true
    WHERE nspname = $1 AND relname = $2 AND relkind IN ('r', 'p')
    AND attnum > 0 AND (attnotnull OR pg_type.typnotnull OR conname IS NOT NULL)
    AND NOT attisdropped AND attgenerated = ''
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
        JOIN pg_catalog.pg_proc ON pg_proc.oid = tgfoid
        JOIN pg_catalog.pg_language ON pg_language.oid = prolang
        WHERE NOT tgisinternal AND tgtype & 7 = 7 AND (tgrelid = attrelid
            OR tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(attrelid)))
        AND (lanname <> 'plpgsql'
            OR pg_catalog.strpos(pg_catalog.lower(prosrc), pg_catalog.lower(attname::text)) > 0
            OR prosrc ~* '\mnew\s*:?=|\minto\s+(strict\s+)?new\M|\mexecute\M|populate_record|#=|\mreturn\s+null\M'))";

/// A statement that is prepared under a name of its session.
#[derive(Debug)]
pub(super) struct Planned {
    name: String,
    sql: String,
    /// The number of its parameters.
    parameters: usize,
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
        if let Err(error) = prepare(conn, &name, "", sql).await? {
            return Ok(Err(error));
        }
        let values = match parameters {
            0 => String::new(),
            n => format!("({})", vec!["NULL"; n].join(", ")),
        };
        let explain = format!("EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE {name}{values}");
        Ok(Ok(Planned { name, sql: sql.to_owned(), parameters, explain }))
    }

    /// What its plan says at this moment.
    pub(super) async fn judge(&self, conn: &mut PgConnection) -> driver::Result<Verdict> {
        let row = match by_server(driver::fetch_row(conn, &self.explain).await)? {
            Ok(row) => row,
            Err(error) if is_of_query(&error) || is_type_gone(&error) => {
                return Ok(Verdict::Fails(error));
            }
            Err(_) => return Ok(Verdict::Unknown),
        };
        // It has the type `json`, which is text here.
        let text: String = row.try_get_unchecked(0)?;
        let plan = serde_json::from_str(&text);
        let plan = plan.map_err(|error| driver::Error::Decode(Box::new(error)))?;
        Ok(Verdict::Plans(omitted(conn, &self.sql, &plan).await?))
    }

    /// The same, prepared anew: what a connection that is new does. `None` where that fails.
    pub(super) async fn again(self, conn: &mut PgConnection) -> driver::Result<Option<Planned>> {
        let (name, sql, parameters) = (self.name.clone(), self.sql.clone(), self.parameters);
        self.forget(conn).await?;
        Ok(Planned::prepare(conn, name, &sql, parameters).await?.ok())
    }

    async fn forget(self, conn: &mut PgConnection) -> driver::Result<()> {
        driver::execute(conn, &format!("DEALLOCATE {}", self.name)).await.map(drop)
    }
}

/// Prepares a query under a name: with the types of its parameters in parentheses, or as the server infers them. The outer
/// error is one of the connection, the inner one is the server's.
pub(super) async fn prepare(
    conn: &mut PgConnection,
    name: &str,
    types: &str,
    sql: &str,
) -> driver::Result<driver::Result<()>> {
    let sql = sql.trim_end().trim_end_matches(';');
    by_server(driver::execute(conn, &format!("PREPARE {name} {types} AS {sql}")).await.map(drop))
}

/// What the plan of a query says.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It can be planned. The columns that its INSERTs give no value although they need one.
    Plans(BTreeSet<Omitted>),
    /// It fails each time, although it can be prepared.
    Fails(driver::Error),
    /// The server refuses to plan it here, for a reason that may be one of this session.
    Unknown,
}

/// What the plans of these queries say, with the numbers of their parameters: `None` for one that SQL does not prepare.
///
/// # Errors
///
/// When the server cannot be asked.
pub(crate) async fn verdicts(
    conn: &mut PgConnection,
    queries: &[(&str, usize)],
) -> driver::Result<Vec<Option<Verdict>>> {
    let mut all = Vec::with_capacity(queries.len());
    for (sql, parameters) in queries {
        let name = "gauntlet_planned".to_owned();
        all.push(match Planned::prepare(conn, name, sql, *parameters).await? {
            Err(_) => None,
            Ok(planned) => {
                let verdict = planned.judge(conn).await?;
                planned.forget(conn).await?;
                Some(verdict)
            }
        });
    }
    Ok(all)
}

/// Whether a type is gone that a statement was prepared with. The server says so as of a fault of its own.
pub(super) fn is_type_gone(error: &driver::Error) -> bool {
    let message = error.as_database_error().map(DatabaseError::message);
    message.is_some_and(|message| message.starts_with("cache lookup failed for type"))
}

/// Whether an error of planning is one of the query and the schema. What else fails here may work in a program: rights,
/// settings that it makes, values that are not NULL.
fn is_of_query(error: &driver::Error) -> bool {
    const OF_QUERY: [&str; 4] = [
        // No constraint or index for an ON CONFLICT.
        "42P10", //
        // A FULL JOIN whose condition cannot be merged or hashed any more.
        "0A000", //
        // ON CONFLICT DO UPDATE with an exclusion constraint.
        "42809", //
        // An UPDATE or DELETE that is published, without a replica identity.
        "55000",
    ];
    let database = error.as_database_error();
    database.and_then(DatabaseError::code).is_some_and(|code| OF_QUERY.contains(&&*code))
}

/// The columns that the INSERTs of a query with this plan give no value although they need one. Each fails with each row
/// that it inserts.
async fn omitted(
    conn: &mut PgConnection,
    query: &str,
    plan: &Value,
) -> driver::Result<BTreeSet<Omitted>> {
    // Where rules make several statements of it, each may concern other rows.
    let Some([statement]) = plan.as_array().map(Vec::as_slice) else { return Ok(BTreeSet::new()) };
    let mut omitted = BTreeSet::new();
    for node in nodes(&statement["Plan"]) {
        let (Some(operation), Some(schema), Some(table)) =
            (node["Operation"].as_str(), node["Schema"].as_str(), node["Relation Name"].as_str())
        else {
            continue;
        };
        // A CTE that is not folded in stands before the rows.
        let rows = children(node)
            .iter()
            .find(|plan| plan["Parent Relationship"].as_str() == Some("Outer"));
        let output = rows.and_then(|rows| rows["Output"].as_array());
        let merges: Vec<MergeInsert> = match operation {
            "Insert" => Vec::new(),
            "Merge" => {
                merge_inserts(query).into_iter().filter(|insert| insert.table == table).collect()
            }
            _ => continue,
        };
        let columns: Vec<(i16, i64, String, bool, Option<String>)> =
            driver::query_as(NOT_NULL).bind(schema).bind(table).fetch_all(&mut *conn).await?;
        for (number, place, name, has_default, check) in columns {
            let none = if operation == "Insert" {
                output.is_some_and(|output| is_null(output, number))
            } else {
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                merges.iter().any(|insert| match insert.gives(&name, place) {
                    Given::Value => false,
                    Given::Null => true,
                    Given::Default => !has_default,
                })
            };
            if none {
                omitted.insert(Omitted { column: name, table: table.to_owned(), check });
            }
        }
    }
    Ok(omitted)
}

/// A node of a plan and all below it.
fn nodes(top: &Value) -> Vec<&Value> {
    let mut nodes = vec![top];
    let mut at = 0;
    while let Some(node) = nodes.get(at).copied() {
        nodes.extend(children(node));
        at += 1;
    }
    nodes
}

fn children(node: &Value) -> &[Value] {
    node["Plans"].as_array().map_or(&[], Vec::as_slice)
}

/// Whether the rows of an INSERT have NULL for a column. The values are those of all columns, in their order.
fn is_null(output: &[Value], number: i16) -> bool {
    let value = usize::try_from(number - 1).ok().and_then(|place| output.get(place));
    value
        .and_then(Value::as_str)
        .is_some_and(|value| value == "NULL" || value.starts_with("NULL::"))
}

/// The outer error is one of the connection, the inner one is the server's.
pub(super) fn by_server<T>(result: driver::Result<T>) -> driver::Result<driver::Result<T>> {
    match result {
        Err(error) if error.as_database_error().is_none() => Err(error),
        result => Ok(result),
    }
}
