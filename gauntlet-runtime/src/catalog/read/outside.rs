//! The objects outside of the schemas of tests, as far as it takes to see that one was made, changed or dropped.
//!
//! The statement is composed of what each kind says of itself (`KindSpec::outside`). It runs after each step, so that it
//! passes over what the system brought along (`oid` below 16384, `FirstNormalObjectId`) by the index, where there is much.
//! Members of extensions, row types and array types come with another object and are left out.

use crate::catalog::kinds::spec::Outside;
use crate::catalog::{CatalogError, Kind, ObjectId};
use crate::driver::{self, PgConnection, Row as _};

/// An object outside of the schemas of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutsideObject {
    /// The catalog that holds its row; `pg_enum` for a label of the enum that [`Self::id`] names.
    pub class: String,
    /// The key of the row in that catalog: its `oid`, or a number made of it for columns.
    pub row: i64,
    /// The transaction that wrote the row, its lower half.
    pub transaction: i64,
    /// The object. Here every schema stands by its name.
    pub id: ObjectId,
}

/// Reads all of them.
///
/// # Errors
///
/// When the server refuses, or answers with a kind that is not known.
pub(crate) async fn outside(conn: &mut PgConnection) -> Result<Vec<OutsideObject>, CatalogError> {
    let rows = driver::query(&statement()).fetch_all(conn).await?;
    let mut objects = Vec::with_capacity(rows.len());
    for row in rows {
        let (class, name): (String, String) = (row.try_get(1)?, row.try_get(6)?);
        let kind = kind(row.try_get(0)?).ok_or_else(|| CatalogError::Answer {
            kind: "objects outside of the test's schema",
            problem: format!("{name} in {class} is of no known kind"),
        })?;
        objects.push(OutsideObject {
            class,
            row: row.try_get(2)?,
            transaction: row.try_get(3)?,
            id: ObjectId { kind, schema: row.try_get(4)?, parent: row.try_get(5)?, name },
        });
    }
    Ok(objects)
}

/// The kind that a row of the answer is marked with.
fn kind(number: Option<i32>) -> Option<Kind> {
    Kind::ALL.get(usize::try_from(number?).ok()?).copied()
}

/// Schemas and relations that several kinds ask for, and what all columns of the answer are called.
const HEAD: &str = "WITH outside AS (
  SELECT oid, nspname::text AS name FROM pg_catalog.pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
    AND nspname !~ '^gauntlet_.+_[0-9a-f]{32}$'
), relations AS (
  SELECT c.oid, c.xmin, c.relname::text AS name, c.relkind, o.name AS schema
  FROM pg_catalog.pg_class c JOIN outside o ON o.oid = c.relnamespace
  WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
), objects (kind, class, oid, transaction, schema, parent, name) AS (
";

/// Leaves out the members of extensions.
const TAIL: &str = "
)
SELECT kind, class, oid, transaction::bigint, schema, parent, name FROM objects
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
  WHERE d.classid = ('pg_catalog.' || objects.class)::pg_catalog.regclass AND d.objid::bigint = objects.oid
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e')";

/// The statement: one row (`kind`, `class`, `oid`, `transaction`, `schema`, `parent`, `name`) for each object.
fn statement() -> String {
    let (mut relations, mut types, mut routines) = (String::new(), String::new(), String::new());
    let mut parts = Vec::new();
    for (number, kind) in (0..).zip(Kind::ALL) {
        let letters = |cases: &mut String, letters: &str| {
            for letter in letters.chars() {
                cases.push_str(&format!(" WHEN '{letter}' THEN {number}"));
            }
        };
        for outside in kind.spec().outside {
            match outside {
                Outside::Relation(relkind) => letters(&mut relations, relkind),
                Outside::Type(typtype) => letters(&mut types, typtype),
                Outside::Routine(prokind) => letters(&mut routines, prokind),
                Outside::Query(query) => {
                    parts.push(format!("SELECT {number}, q.* FROM ({query}) q"));
                }
                Outside::Unseen(_) => {}
            }
        }
    }
    // First, for the types of the columns.
    parts.insert(
        0,
        format!(
            "SELECT CASE c.relkind{relations} END, 'pg_class'::text, c.oid::bigint, c.xmin::text, c.schema, NULL::text, \
             c.name FROM relations c WHERE c.relkind NOT IN ('i', 'I', 't') \
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
             AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype IN ('a', 'i'))"
        ),
    );
    // Row types are of their relation, array types of their element, multiranges of their range.
    parts.push(format!(
        "SELECT CASE t.typtype{types} END, 'pg_type', t.oid::bigint, t.xmin::text, o.name, NULL, t.typname::text \
         FROM pg_catalog.pg_type t JOIN outside o ON o.oid = t.typnamespace \
         WHERE t.oid >= 16384 AND t.typtype NOT IN ('c', 'm', 'p') \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid >= 16384 AND e.typarray = t.oid)"
    ));
    parts.push(format!(
        "SELECT CASE p.prokind{routines} END, 'pg_proc', p.oid::bigint, p.xmin::text, o.name, NULL, \
         p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' \
         FROM pg_catalog.pg_proc p JOIN outside o ON o.oid = p.pronamespace WHERE p.oid >= 16384"
    ));
    format!("{HEAD}{}{TAIL}", parts.join("\nUNION ALL\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_in_the_statement_is_the_kind_that_wrote_it() {
        let statement = statement();
        for (number, kind) in (0..).zip(Kind::ALL) {
            assert_eq!(self::kind(Some(number)), Some(*kind));
        }
        let view = Kind::ALL.iter().position(|kind| *kind == Kind::View).unwrap();
        assert!(statement.contains(&format!(" WHEN 'v' THEN {view} ")), "{statement}");
        assert_eq!((kind(None), kind(Some(1000))), (None, None));
    }
}
