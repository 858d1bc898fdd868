//! The types with which a program binds its parameters: it declares them, while a server that prepares the query without
//! them takes those that fit the schema of the moment.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{by_server, prepare};
use super::shape::QueryType;
use crate::driver::{self, PgConnection};

/// The types that programs bind for domains and for types that a value of a program does not have: that of the values of a
/// domain, `text` for what is a string.
const BOUND: &str = "
    SELECT wanted.name, CASE
        WHEN base.typname IN ('varchar', 'bpchar', 'name', 'citext') THEN 'text'
        WHEN base.typname IN ('_varchar', '_bpchar', '_name', '_citext') THEN 'text[]'
        WHEN base.typname = 'json' AND base.typnamespace = 'pg_catalog'::pg_catalog.regnamespace THEN 'jsonb'
        WHEN base.typname = 'cidr' AND base.typnamespace = 'pg_catalog'::pg_catalog.regnamespace THEN 'inet'
        ELSE base.oid::pg_catalog.regtype::text END
    FROM pg_catalog.unnest($1::text[]) AS wanted (name)
    JOIN LATERAL (
        WITH RECURSIVE up AS (
            SELECT type.* FROM pg_catalog.pg_type AS type
            WHERE type.oid = pg_catalog.to_regtype(wanted.name)
            UNION ALL
            SELECT type.* FROM up JOIN pg_catalog.pg_type AS type ON type.oid = up.typbasetype
            WHERE up.typtype = 'd'
        )
        SELECT * FROM up WHERE typtype <> 'd'
    ) AS base ON true";

/// A query with parameters, and the lists of types with which a program may bind them.
#[derive(Debug)]
pub(crate) struct Declared {
    /// The number of the query.
    pub(crate) query: usize,
    sql: String,
    /// The types that the server gave the parameters.
    parameters: Vec<QueryType>,
    lists: Vec<String>,
}

/// A query of a program: its number, its text, the types that the server gives its parameters now, and those that sqlx has
/// recorded.
pub(crate) type Bound<'a> = (usize, &'a str, &'a [QueryType], Option<&'a [QueryType]>);

/// The queries with parameters, with the lists of types that work at this moment.
///
/// # Errors
///
/// When the server cannot be asked.
pub(crate) async fn declared(
    conn: &mut PgConnection,
    queries: &[Bound<'_>],
) -> driver::Result<Vec<Declared>> {
    let types_of = |(_, _, parameters, recorded): &Bound<'_>| -> Vec<String> {
        let recorded = recorded.filter(|types| types.len() == parameters.len());
        recorded.unwrap_or(parameters).iter().map(in_sql).collect()
    };
    let names: BTreeSet<String> = queries.iter().flat_map(types_of).collect();
    let names: Vec<String> = names.into_iter().collect();
    let rows = driver::query_as(BOUND).bind(names).fetch_all(&mut *conn).await;
    // A recorded name may be none in SQL.
    let rows: Vec<(String, String)> = by_server(rows)?.unwrap_or_default();
    let bound: BTreeMap<String, String> = rows.into_iter().collect();
    let mut all = Vec::new();
    for query in queries {
        let (number, sql, parameters, _) = *query;
        if parameters.is_empty() {
            continue;
        }
        let types = types_of(query);
        let of_values: Vec<String> =
            types.iter().map(|name| bound.get(name).unwrap_or(name).clone()).collect();
        let mut lists = Vec::new();
        for list in [types.join(", "), of_values.join(", ")] {
            if !lists.contains(&list) && accepts(conn, sql, &list).await?.is_ok() {
                lists.push(list);
            }
        }
        if !lists.is_empty() {
            let (sql, parameters) = (sql.to_owned(), parameters.to_vec());
            all.push(Declared { query: number, sql, parameters, lists });
        }
    }
    Ok(all)
}

impl Declared {
    /// Whether the server gives the parameters other types now.
    pub(crate) fn differs(&self, now: &[QueryType]) -> bool {
        self.parameters.len() != now.len()
            || self.parameters.iter().zip(now).any(|(was, is)| was.name != is.name)
    }

    /// The types, and why the query cannot be prepared with any of its lists of them any more.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked.
    pub(crate) async fn fails(
        &self,
        conn: &mut PgConnection,
    ) -> driver::Result<Option<(String, driver::Error)>> {
        let mut first = None;
        for list in &self.lists {
            match accepts(conn, &self.sql, list).await? {
                Ok(()) => return Ok(None),
                Err(error) => first = first.or_else(|| Some((list.clone(), error))),
            }
        }
        Ok(first)
    }
}

/// Whether a query can be prepared with these types. The outer error is one of the connection, the inner one is the server's.
async fn accepts(
    conn: &mut PgConnection,
    sql: &str,
    types: &str,
) -> driver::Result<driver::Result<()>> {
    const NAME: &str = "gauntlet_declared";
    let prepared = prepare(conn, NAME, &format!("({types})"), sql).await?;
    if prepared.is_ok() {
        driver::execute(conn, &format!("DEALLOCATE {NAME}")).await?;
    }
    Ok(prepared)
}

/// The name of a type as SQL: that of a type of PostgreSQL is as in `pg_type`.
fn in_sql(of: &QueryType) -> String {
    // Without quotes it is the keyword for `bpchar`.
    match of.name.strip_prefix("char") {
        Some(rest @ ("" | "[]")) => format!("\"char\"{rest}"),
        _ => of.name.clone(),
    }
}
