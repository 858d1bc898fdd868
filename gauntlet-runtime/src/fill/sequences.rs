//! The sequences that give keys their values: where they stand, and how they get behind generated rows, as those of
//! production are behind the rows that they have numbered.

use crate::driver::{self, Oid, PgConnection};
use crate::names::quote_literal;

/// Integer columns that are a key by themselves and take their values from one ascending sequence: identity columns, and those
/// whose default is the next value of a sequence and nothing else. Only what the role may read and set; the server may ask for
/// rights before it joins, when other relations are among them.
const FED: &str = "
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname),
  pg_catalog.concat(CASE WHEN n.nspname = $1 THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END,
    pg_catalog.quote_ident(c.relname)),
  pg_catalog.concat(CASE WHEN c.relkind = 'r' THEN 'ONLY ' END, pg_catalog.format('%I.%I', n.nspname, c.relname)),
  a.attname::text,
  s.oid, pg_catalog.format('%I.%I', m.nspname, s.relname),
  pg_catalog.concat(CASE WHEN m.nspname = $1 THEN '' ELSE pg_catalog.quote_ident(m.nspname) || '.' END,
    pg_catalog.quote_ident(s.relname)),
  EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
    AND d.deptype IN ('a', 'i')),
  q.seqstart, q.seqmin, q.seqmax, q.seqincrement,
  pg_catalog.pg_sequence_last_value(s.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN LATERAL (
  SELECT d.objid FROM pg_catalog.pg_depend d
    WHERE a.attidentity <> '' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
      AND d.deptype = 'i'
  UNION
  SELECT d.refobjid FROM pg_catalog.pg_attrdef f
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> c.oid
    WHERE f.adrelid = c.oid AND f.adnum = a.attnum AND a.attgenerated = ''
      AND pg_catalog.pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\\([^()]*::regclass\\)$') u (sequence)
JOIN pg_catalog.pg_sequence q ON q.seqrelid = u.sequence
JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
JOIN pg_catalog.pg_namespace m ON m.oid = s.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND CASE WHEN $2 THEN n.nspname = $1 ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END
  AND a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
  AND q.seqincrement > 0 AND NOT q.seqcycle AND ($3::int8[] IS NULL OR c.oid = ANY ($3::int8[]::oid[]))
  AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1
    AND i.indkey[0] = a.attnum AND i.indpred IS NULL)
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_schema_privilege(m.oid, 'USAGE')
  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
  AND CASE WHEN s.relkind = 'S'
    THEN pg_catalog.has_sequence_privilege(s.oid, 'SELECT') AND pg_catalog.has_sequence_privilege(s.oid, 'UPDATE') END
ORDER BY c.oid, a.attnum";

/// How many tables one statement reads.
const AT_A_TIME: usize = 100;

type FedRow =
    (String, String, String, String, Oid, String, String, bool, i64, i64, i64, i64, Option<i64>);

/// A key that a sequence gives its values, at one moment.
#[derive(Debug, Clone)]
pub struct FedKey {
    /// The table, as SQL with the schema.
    pub table_sql: String,
    /// The table as SQL, without the schema if that is the home schema.
    pub table_written: String,
    /// The table as SQL to select from, without the tables that inherit from it.
    itself: String,
    /// The column, unquoted.
    pub column: String,
    /// The sequence, by its number.
    pub sequence: u32,
    sequence_sql: String,
    /// The sequence as SQL, without the schema if that is the home schema.
    pub sequence_written: String,
    /// True if the sequence belongs to the column.
    pub owned: bool,
    /// The value that the sequence starts with.
    pub start: i64,
    minimum: i64,
    maximum: i64,
    increment: i64,
    /// The value that the sequence has given last, if it has given one.
    pub last: Option<i64>,
}

/// Where the sequence of a key stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The value that the next INSERT gets.
    pub next: i64,
    /// The greatest value in the table.
    pub greatest: Option<i64>,
    /// The number of rows, as far as they were counted.
    rows: i64,
}

impl FedKey {
    /// Whether the sequence is going to give values that rows have already, because it has begun from its start.
    ///
    /// Generated keys stand for those that production got from the start on, with some gaps. Where a script has chosen
    /// another value, it may know how far those of production go.
    #[must_use]
    pub fn gives_used_values(&self, standing: &Standing) -> bool {
        let is_chosen = self.start != self.minimum && standing.next == self.start;
        let given = standing.next.saturating_sub(self.minimum) / self.increment.max(1);
        standing.greatest.is_some_and(|greatest| standing.next <= greatest)
            && !is_chosen
            && given <= standing.rows.saturating_mul(2)
    }
}

/// Reads the keys that a sequence gives their values from the catalogs: in all schemas, or only in `home`; of all tables, or
/// only of some.
///
/// # Errors
///
/// When the server does not answer.
pub async fn fed_keys(
    conn: &mut PgConnection,
    (home, only_home): (&str, bool),
    tables: Option<&[u32]>,
) -> driver::Result<Vec<FedKey>> {
    let tables: Option<Vec<i64>> =
        tables.map(|some| some.iter().map(|table| i64::from(*table)).collect());
    let rows: Vec<FedRow> =
        driver::query_as(FED).bind(home).bind(only_home).bind(tables).fetch_all(conn).await?;
    Ok(rows.into_iter().map(FedKey::of).collect())
}

/// Reads where the sequences of keys stand, in the order of the keys. This reads the tables.
///
/// # Errors
///
/// When the server does not answer.
pub async fn standings(conn: &mut PgConnection, keys: &[&FedKey]) -> driver::Result<Vec<Standing>> {
    let mut all = Vec::with_capacity(keys.len());
    for some in keys.chunks(AT_A_TIME) {
        let asked: Vec<String> =
            some.iter().enumerate().map(|(at, key)| key.question(at)).collect();
        let sql = asked.join(" UNION ALL ") + " ORDER BY 1";
        let found: Vec<(i32, i64, bool, Option<i64>, i64)> =
            driver::query_as(&sql).fetch_all(&mut *conn).await?;
        all.extend(some.iter().zip(found).map(|(key, (_, last, is_called, greatest, rows))| {
            let next = if is_called { last.saturating_add(key.increment) } else { last };
            Standing { next, greatest, rows }
        }));
    }
    Ok(all)
}

/// Advances the sequences of tables that have got rows with keys of their own: production has got its keys from them.
pub(super) async fn advance(
    conn: &mut PgConnection,
    tables: &[u32],
    extent: (&str, bool),
) -> driver::Result<()> {
    let keys = fed_keys(conn, extent, Some(tables)).await?;
    let keys: Vec<&FedKey> = keys.iter().collect();
    let standings = standings(conn, &keys).await?;
    let mut behind: Vec<(&FedKey, i64)> = keys
        .into_iter()
        .zip(standings)
        .filter_map(|(key, standing)| {
            let greatest = standing.greatest?;
            (standing.next <= greatest && greatest < key.maximum).then_some((key, greatest))
        })
        .collect();
    // Where tables share a sequence, the greatest of their values decides.
    behind.sort_by_key(|(_, greatest)| *greatest);
    let all: Vec<String> = behind
        .iter()
        .map(|(key, value)| {
            let sequence = quote_literal(&key.sequence_sql);
            format!("SELECT pg_catalog.setval({sequence}, {value})")
        })
        .collect();
    if !all.is_empty() {
        driver::execute(conn, &all.join("; ")).await?;
    }
    Ok(())
}

impl FedKey {
    fn of(row: FedRow) -> FedKey {
        let (
            table_sql,
            table_written,
            itself,
            column,
            sequence,
            sequence_sql,
            sequence_written,
            owned,
            start,
            minimum,
            maximum,
            increment,
            last,
        ) = row;
        FedKey {
            table_sql,
            table_written,
            itself,
            column,
            sequence: sequence.0,
            sequence_sql,
            sequence_written,
            owned,
            start,
            minimum,
            maximum,
            increment,
            last,
        }
    }

    fn question(&self, at: usize) -> String {
        let column = crate::names::quote_ident(&self.column);
        format!(
            "SELECT {at}, s.last_value, s.is_called, (SELECT pg_catalog.max({column})::int8 FROM {table}), \
             (SELECT pg_catalog.count(*) FROM (SELECT FROM {table} LIMIT 100000) r) FROM {sequence} s",
            table = self.itself,
            sequence = self.sequence_sql
        )
    }
}
