//! What a server says of queries, without running them.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{QueryColumn, QueryType, Shape};
use super::views;
use crate::driver::{self, Connection as _, Oid, PgConnection, Statement};

/// The names of types, with the labels of enums and the fields of composite types; those of the elements for arrays.
const TYPES: &str = "
    SELECT type.oid,
        CASE WHEN base.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
            THEN base.typname::text || CASE WHEN base.oid = type.oid THEN '' ELSE '[]' END
            ELSE type.oid::pg_catalog.regtype::text END,
        CASE base.typtype
        WHEN 'e' THEN (SELECT '(' || pg_catalog.string_agg(enumlabel, ', ' ORDER BY enumsortorder) || ')'
            FROM pg_catalog.pg_enum WHERE enumtypid = base.oid)
        WHEN 'c' THEN (SELECT '(' || pg_catalog.string_agg(attname || ' '
                || CASE WHEN of_field.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
                    THEN of_field.typname::text || CASE WHEN of_field.oid = atttypid THEN '' ELSE '[]' END
                    ELSE atttypid::pg_catalog.regtype::text END, ', ' ORDER BY attnum) || ')'
            FROM pg_catalog.pg_attribute
            JOIN LATERAL (SELECT * FROM pg_catalog.pg_type
                WHERE pg_type.oid = atttypid OR pg_type.typarray = atttypid
                ORDER BY pg_type.oid = atttypid LIMIT 1) AS of_field ON true
            WHERE attrelid = base.typrelid AND attnum > 0 AND NOT attisdropped)
        END
    FROM pg_catalog.pg_type AS type
    JOIN LATERAL (SELECT * FROM pg_catalog.pg_type AS element
        WHERE element.oid = type.oid OR element.typarray = type.oid
        ORDER BY element.oid = type.oid LIMIT 1) AS base ON true
    WHERE type.oid = ANY ($1)";

/// The columns of relations that are not NULL.
const NOT_NULL: &str = "
    SELECT attrelid, attnum FROM pg_catalog.pg_attribute
    WHERE attrelid = ANY ($1) AND attnotnull AND attnum > 0 AND NOT attisdropped";

/// Prepares queries, and returns the parameters and columns of each, or why it cannot be prepared. The types are those of
/// this moment, also where the connection has prepared the same queries before.
///
/// # Errors
///
/// When the server cannot be asked.
pub(crate) async fn describe(
    conn: &mut PgConnection,
    queries: &[&str],
) -> driver::Result<Vec<driver::Result<Shape>>> {
    conn.clear_cached_statements().await?;
    let mut statements = Vec::with_capacity(queries.len());
    for query in queries {
        statements.push(prepare(conn, query).await?);
    }
    let known = statements.iter().flatten();
    let types: BTreeSet<u32> = known.clone().flat_map(Statement::types).collect();
    let relations: BTreeSet<u32> =
        known.flat_map(|s| &s.columns).filter_map(|column| Some(column.origin?.0)).collect();
    let types = types_of(conn, &types).await?;
    let below = views::below(conn, &relations).await?;
    let relations = relations.into_iter().chain(below.values().map(|origin| origin.0)).collect();
    let not_null = not_null_of(conn, &relations).await?;
    let of = |oid: Option<u32>| match oid.and_then(|oid| types.get(&oid)) {
        Some(known) => known.clone(),
        None => QueryType { name: "unknown".to_owned(), parts: None },
    };
    let shape = |statement: Statement| Shape {
        parameters: statement.parameters.iter().map(|oid| of(*oid)).collect(),
        columns: statement
            .columns
            .into_iter()
            .map(|column| QueryColumn {
                name: column.name,
                of: of(column.of),
                nullable: column.origin.map(|origin| !not_null.contains(&origin)),
                never_null: column
                    .origin
                    .and_then(|origin| below.get(&origin))
                    .is_some_and(|origin| not_null.contains(origin)),
            })
            .collect(),
    };
    Ok(statements.into_iter().map(|statement| statement.map(shape)).collect())
}

/// The outer error is one of the connection, the inner one is the server's about the query.
async fn prepare(
    conn: &mut PgConnection,
    query: &str,
) -> driver::Result<driver::Result<Statement>> {
    match driver::prepare(conn, query).await {
        Err(error) if error.as_database_error().is_none() => Err(error),
        result => Ok(result),
    }
}

async fn types_of(
    conn: &mut PgConnection,
    oids: &BTreeSet<u32>,
) -> driver::Result<BTreeMap<u32, QueryType>> {
    let oids: Vec<Oid> = oids.iter().map(|oid| Oid(*oid)).collect();
    let rows: Vec<(Oid, String, Option<String>)> =
        driver::query_as(TYPES).bind(oids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(oid, name, parts)| (oid.0, QueryType { name, parts })).collect())
}

async fn not_null_of(
    conn: &mut PgConnection,
    relations: &BTreeSet<u32>,
) -> driver::Result<BTreeSet<(u32, i16)>> {
    let relations: Vec<Oid> = relations.iter().map(|oid| Oid(*oid)).collect();
    let rows: Vec<(Oid, i16)> = driver::query_as(NOT_NULL).bind(relations).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(relation, number)| (relation.0, number)).collect())
}
