//! Reads the tables that can hold rows, with all that says which rows they take.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{CheckConstraint, Column, Reference, Table, Type, TypeKind, Types};
use crate::driver::{self, Oid, PgConnection};
use crate::sql::tokens;

/// Ordinary tables and the roots of partitioned ones; not those of an extension, and none with rows on other servers.
const TABLES: &str = "
SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname),
  CASE WHEN n.nspname = $2 THEN c.relname::text ELSE pg_catalog.concat(n.nspname, '.', c.relname) END,
  (SELECT pg_catalog.string_agg(
      pg_catalog.concat('(', coalesce(nullif(pg_catalog.pg_get_partition_constraintdef(p.relid), ''), 'true'), ')'), ' OR ')
   FROM pg_catalog.pg_partition_tree(c.oid) p WHERE p.isleaf AND p.level > 0),
  c.relkind = 'p'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND c.oid <> ALL ($1)
  AND CASE WHEN $3 THEN n.nspname = $2 ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END
  AND (c.relkind = 'r' OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) p
      JOIN pg_catalog.pg_class f ON f.oid = p.relid WHERE f.relkind = 'f'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid";

const COLUMNS: &str = "
SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname), a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod),
  a.attnotnull, CASE WHEN a.attidentity = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attrelid, a.attnum";

const CHECKS: &str = "
SELECT conrelid, conname::text, pg_catalog.pg_get_expr(conbin, conrelid)
FROM pg_catalog.pg_constraint WHERE contype = 'c' AND conrelid = ANY ($1) ORDER BY conrelid, conname";

/// An index on an expression has the columns that the expression names.
const KEYS: &str = "
SELECT i.indrelid, ARRAY(SELECT k FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY u (k, at)
    WHERE k > 0 AND at <= i.indnkeyatts
  UNION SELECT d.refobjsubid::int2 FROM pg_catalog.pg_depend d
    WHERE i.indexprs IS NOT NULL AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
      AND d.refobjid = i.indrelid AND d.refobjsubid > 0
  ORDER BY 1)
FROM pg_catalog.pg_index i
WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid = ANY ($1) ORDER BY i.indexrelid";

const REFERENCES: &str = "
SELECT c.conrelid, pg_catalog.format('%I.%I', n.nspname, c.conname), c.conname::text, c.conkey, c.confrelid, c.confkey,
  c.condeferrable, c.confrelid::pg_catalog.regclass::text,
  ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY k (number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.at)
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = ANY ($1) ORDER BY c.conrelid, c.conname";

const TYPES: &str = "
WITH RECURSIVE need (oid) AS (
  SELECT pg_catalog.unnest($1::oid[])
  UNION
  SELECT x.oid FROM need n JOIN pg_catalog.pg_type t ON t.oid = n.oid, LATERAL (
    SELECT t.typbasetype WHERE t.typtype = 'd'
    UNION ALL SELECT t.typelem WHERE t.typcategory = 'A' AND t.typelem <> 0
    UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
    UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid
    UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) x (oid))
SELECT t.oid, pg_catalog.format_type(t.oid, NULL), t.typcategory::text, t.typtype::text,
  CASE t.typtype WHEN 'd' THEN t.typbasetype
    WHEN 'r' THEN (SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
    WHEN 'm' THEN (SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid)
    ELSE CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0::oid END END,
  t.typnotnull,
  CASE t.typtype
    WHEN 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
    WHEN 'd' THEN ARRAY(SELECT pg_catalog.pg_get_constraintdef(c.oid) FROM pg_catalog.pg_constraint c
      WHERE c.contypid = t.oid AND c.contype = 'c' ORDER BY c.conname)
    ELSE '{}'::text[] END,
  ARRAY(SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
FROM need n JOIN pg_catalog.pg_type t ON t.oid = n.oid";

/// Where the tables are.
#[derive(Debug, Clone)]
pub(super) struct Extent<'a> {
    /// The tables that stay as they are, as SQL.
    pub(super) apart: &'a [String],
    /// The schema in which unqualified names land.
    pub(super) home: &'a str,
    /// True if only the tables of this schema are filled.
    pub(super) only_home: bool,
}

type TypeRow = (Oid, String, String, String, Oid, bool, Vec<String>, Vec<Oid>);
type ColumnRow = (Oid, i16, String, Oid, String, bool, Option<String>);
type ReferenceRow = (Oid, String, String, Vec<i16>, Oid, Vec<i16>, bool, String, Vec<String>);

/// Reads the tables, in the order in which they were made, and the types of their columns. Expressions and types are
/// qualified.
pub(super) async fn read(
    conn: &mut PgConnection,
    extent: &Extent<'_>,
) -> driver::Result<(Vec<Table>, Types)> {
    // Names of bookkeeping tables may be unqualified.
    let apart: Vec<Oid> = driver::query_scalar(
        "SELECT o FROM (SELECT pg_catalog.to_regclass(t)::oid FROM pg_catalog.unnest($1::text[]) t) u (o) WHERE o IS NOT NULL",
    )
    .bind(extent.apart)
    .fetch_all(&mut *conn)
    .await?;
    let path: String = driver::query_scalar("SELECT pg_catalog.current_setting('search_path')")
        .fetch_one(&mut *conn)
        .await?;
    set_path(conn, "").await?;
    let found = tables(conn, extent, &apart).await;
    if found.is_ok() {
        set_path(conn, &path).await?;
    }
    found
}

async fn set_path(conn: &mut PgConnection, path: &str) -> driver::Result<()> {
    driver::query("SELECT pg_catalog.set_config('search_path', $1, true)")
        .bind(path)
        .execute(conn)
        .await
        .map(drop)
}

async fn tables(
    conn: &mut PgConnection,
    extent: &Extent<'_>,
    apart: &[Oid],
) -> driver::Result<(Vec<Table>, Types)> {
    let found: Vec<(Oid, String, String, Option<String>, bool)> = driver::query_as(TABLES)
        .bind(apart)
        .bind(extent.home)
        .bind(extent.only_home)
        .fetch_all(&mut *conn)
        .await?;
    let oids: Vec<Oid> = found.iter().map(|table| table.0).collect();
    let mut partitions = Vec::new();
    let mut tables: BTreeMap<u32, Table> = BTreeMap::new();
    for (oid, sql, name, bounds, partitioned) in found {
        partitions.extend(bounds.map(|bounds| (oid.0, bounds)));
        let table = Table {
            oid: oid.0,
            sql,
            name,
            partitioned,
            columns: Vec::new(),
            checks: Vec::new(),
            keys: Vec::new(),
            references: Vec::new(),
        };
        tables.insert(oid.0, table);
    }
    let columns: Vec<ColumnRow> =
        driver::query_as(COLUMNS).bind(&oids).fetch_all(&mut *conn).await?;
    let of_columns: BTreeSet<u32> = columns.iter().map(|column| column.3.0).collect();
    let types = types(conn, of_columns.into_iter().map(Oid).collect()).await?;
    for (table, number, sql, type_oid, type_sql, not_null, default) in columns {
        let Some(table) = tables.get_mut(&table.0) else { continue };
        let not_null = not_null || types.is_never_null(type_oid.0);
        let type_oid = type_oid.0;
        table.columns.push(Column { number, sql, type_oid, type_sql, not_null, default });
    }
    let checks: Vec<(Oid, String, String)> =
        driver::query_as(CHECKS).bind(&oids).fetch_all(&mut *conn).await?;
    for (table, name, expression) in checks {
        if let Some(table) = tables.get_mut(&table.0) {
            table.check(name, expression);
        }
    }
    for (table, expression) in partitions {
        if let Some(table) = tables.get_mut(&table) {
            table.check("the bounds of its partitions".to_owned(), expression);
        }
    }
    let keys: Vec<(Oid, Vec<i16>)> =
        driver::query_as(KEYS).bind(&oids).fetch_all(&mut *conn).await?;
    for (table, numbers) in keys {
        if let Some(table) = tables.get_mut(&table.0) {
            let columns = numbers.iter().filter_map(|number| table.column(*number)).collect();
            table.keys.push(columns);
        }
    }
    let references: Vec<ReferenceRow> =
        driver::query_as(REFERENCES).bind(&oids).fetch_all(&mut *conn).await?;
    for reference in references {
        let (
            table,
            sql,
            name,
            numbers,
            target,
            target_columns,
            deferrable,
            target_sql,
            target_names,
        ) = reference;
        let Some(table) = tables.get_mut(&table.0) else { continue };
        let columns: Vec<usize> =
            numbers.iter().filter_map(|number| table.column(*number)).collect();
        // A generated column can refer to a table too; its value cannot be chosen.
        if columns.len() == numbers.len() {
            let target = target.0;
            table.references.push(Reference {
                sql,
                name,
                columns,
                target,
                target_sql,
                target_names,
                target_columns,
                deferrable,
            });
        }
    }
    Ok((tables.into_values().collect(), types))
}

impl Table {
    fn check(&mut self, name: String, expression: String) {
        let names: BTreeSet<String> =
            tokens(&expression).filter_map(|token| token.name()).collect();
        let named = |column: &Column| {
            tokens(&column.sql)
                .next()
                .and_then(|token| token.name())
                .is_some_and(|name| names.contains(&name))
        };
        let columns = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| named(column))
            .map(|(at, _)| at)
            .collect();
        self.checks.push(CheckConstraint { name, expression, columns });
    }
}

async fn types(conn: &mut PgConnection, of: Vec<Oid>) -> driver::Result<Types> {
    let rows: Vec<TypeRow> = driver::query_as(TYPES).bind(of).fetch_all(conn).await?;
    let mut types = Types::default();
    for (oid, sql, category, kind, part, not_null, texts, attributes) in rows {
        let kind = match kind.as_str() {
            "d" => TypeKind::Domain { base: part.0, not_null, checks: texts },
            "e" => TypeKind::Enum(texts),
            "r" => TypeKind::Range(part.0),
            "m" => TypeKind::Multirange(part.0),
            "c" => TypeKind::Composite(attributes.into_iter().map(|oid| oid.0).collect()),
            _ if category == "A" && part.0 != 0 => TypeKind::Array(part.0),
            _ => TypeKind::Base,
        };
        let category = category.chars().next().unwrap_or('U');
        types.0.insert(oid.0, Type { sql, category, kind });
    }
    Ok(types)
}

impl Types {
    /// Whether a type is a domain that takes no NULL.
    fn is_never_null(&self, oid: u32) -> bool {
        match self.0.get(&oid).map(|found| &found.kind) {
            Some(TypeKind::Domain { base, not_null, .. }) => *not_null || self.is_never_null(*base),
            _ => false,
        }
    }
}
