//! The search path of a sandbox that is a schema.
//!
//! Its own schema comes first, so that what a migration makes without naming a schema lands there. Behind it come
//! those schemas of the role's usual search path (`public`, most often) that hold members of extensions and nothing
//! else: the types and functions of an installed extension are then found, as in production. A schema in which the
//! user has a table, type or function of their own is left out, since an unqualified `DROP TABLE users` would reach it.

use crate::driver::{self, PgConnection};
use crate::names::quote_ident;

/// Schemas of the connection's search path, each with whether it holds something that is no extension's.
///
/// Indexes, row types, array types and the like come with another object and are not asked for. Manual: `pg_depend`,
/// `deptype` `e` (member of an extension) and `i` (made with another object).
const USUAL: &str = r"
    SELECT n.nspname::text,
        EXISTS (SELECT FROM pg_catalog.pg_class c
            WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))
        OR EXISTS (SELECT FROM pg_catalog.pg_type t
            LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
            WHERE t.typnamespace = n.oid AND t.typcategory <> 'A' AND t.typtype <> 'm'
            AND (t.typrelid = 0 OR c.relkind = 'c')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e'))
        OR EXISTS (SELECT FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = n.oid
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')))
        OR EXISTS (SELECT FROM pg_catalog.pg_operator o
            WHERE o.oprnamespace = n.oid
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'e'))
        OR EXISTS (SELECT FROM pg_catalog.pg_collation o
            WHERE o.collnamespace = n.oid
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'e')),
        pg_catalog.has_schema_privilege(n.oid, 'CREATE')
    FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS usual (name, position)
    JOIN pg_catalog.pg_namespace n ON n.nspname = usual.name
    ORDER BY position";

/// The schemas to put behind the own one, and those that were left out.
#[derive(Debug, Default)]
pub(super) struct Usual {
    pub(super) behind: Vec<String>,
    /// The first of those in which the role may make something.
    pub(super) extensions: Option<String>,
    pub(super) left_out: Vec<String>,
}

/// Reads the usual search path and judges its schemas.
pub(super) async fn usual(connection: &mut PgConnection) -> Result<Usual, driver::Error> {
    let rows: Vec<(String, bool, bool)> = driver::query_as(USUAL).fetch_all(connection).await?;
    let mut usual = Usual::default();
    for (schema, foreign, creatable) in rows {
        // sqlx escapes spaces and backslashes of options, but the server splits them at every white space.
        let writable = !schema.contains(|c: char| c.is_control());
        if foreign || !writable {
            usual.left_out.push(schema);
        } else {
            if creatable && usual.extensions.is_none() {
                usual.extensions = Some(schema.clone());
            }
            usual.behind.push(schema);
        }
    }
    Ok(usual)
}

/// The value of `search_path` for these schemas, in this order.
pub(super) fn value<'a>(schemas: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = schemas.into_iter().map(quote_ident).collect();
    quoted.join(",")
}

/// The libpq option that sets it: spaces and backslashes escaped, as the server splits options.
pub(super) fn option(value: &str) -> String {
    format!("-c search_path={}", escaped(value))
}

/// The libpq option that sets the role.
pub(super) fn role_option(role: &str) -> String {
    format!("-c role={}", escaped(role))
}

fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if c == ' ' || c == '\\' {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_quoted_and_escaped() {
        let value = value(["own", r#"a "b\c, d"#, "$user"]);
        assert_eq!(value, r#""own","a ""b\c, d","$user""#);
        assert_eq!(option(&value), r#"-c search_path="own","a\ ""b\\c,\ d","$user""#);
    }
}
