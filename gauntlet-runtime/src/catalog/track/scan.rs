//! A scan for the rows of the catalogs that are newer than a moment, and for the number of all rows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::kinds::spec::{Tracked, Watch};
use crate::catalog::ordered::sort;
use crate::catalog::{CatalogError, Kind};
use crate::driver::{self, Oid, PgConnection, Row as _};

/// A catalog whose rows belong to a relation, a type or a routine.
pub(super) struct Source {
    pub(super) class: &'static str,
    /// The key of a row, as `int8`.
    pub(super) key: &'static str,
    /// The numbers that `key` is made of, or the first of them: new rows have higher ones than all before.
    pub(super) number: Option<&'static str>,
    /// The root of a row, as `int8`: the `oid` of a relation, or that of a type with a minus; 0 for nothing that is read.
    pub(super) root: &'static str,
    /// The condition on its rows. Where few are the system's, in a form that no index serves: going through all takes half the time.
    pub(super) only: &'static str,
}

/// Rows of `pg_attribute` come with their relation's row or are newer, and go with their relation's row.
pub(super) const SOURCES: [Source; 13] = [
    // Before `pg_class`, which asks here for the table of an index.
    Source {
        class: "pg_index",
        key: "indexrelid",
        number: Some("indexrelid"),
        root: "indrelid",
        only: "indexrelid::int8 >= 16384",
    },
    // What is in `pg_toast` hangs on nothing.
    Source {
        class: "pg_class",
        key: "oid",
        number: Some("oid"),
        root: "CASE WHEN relnamespace = 99 THEN 0 ELSE oid::int8 END",
        only: "oid::int8 >= 16384",
    },
    Source {
        class: "pg_constraint",
        key: "oid",
        number: Some("oid"),
        root: "CASE WHEN conrelid <> 0 THEN conrelid::int8 ELSE -contypid::int8 END",
        only: "oid::int8 >= 16384",
    },
    Source {
        class: "pg_attrdef",
        key: "oid",
        number: Some("oid"),
        root: "adrelid",
        only: "oid::int8 >= 16384",
    },
    // Those of foreign keys are not read (see `trigger.sql`).
    Source {
        class: "pg_trigger",
        key: "oid",
        number: Some("oid"),
        root: "CASE WHEN tgisinternal AND tgfoid BETWEEN 1644 AND 1655 THEN 0 ELSE tgrelid::int8 END",
        only: "true",
    },
    Source {
        class: "pg_rewrite",
        key: "oid",
        number: Some("oid"),
        root: "ev_class",
        only: "oid::int8 >= 16384",
    },
    Source { class: "pg_policy", key: "oid", number: Some("oid"), root: "polrelid", only: "true" },
    Source {
        class: "pg_inherits",
        key: "(inhrelid::int8 << 32) | inhparent::int8",
        number: None,
        root: "inhrelid",
        only: "true",
    },
    Source {
        class: "pg_sequence",
        key: "seqrelid",
        number: Some("seqrelid"),
        root: "seqrelid",
        only: "true",
    },
    // Array types come and go with their element's; a multirange is part of its range.
    Source {
        class: "pg_type",
        key: "oid",
        number: Some("oid"),
        root: "CASE WHEN typrelid <> 0 THEN typrelid::int8 WHEN typinput = 'pg_catalog.array_in'::regproc THEN 0 \
               WHEN typtype = 'm' THEN (SELECT -rngtypid::int8 FROM pg_range WHERE rngmultitypid = pg_type.oid) \
               ELSE -oid::int8 END",
        only: "oid >= 16384",
    },
    Source {
        class: "pg_enum",
        key: "oid",
        number: Some("oid"),
        root: "-enumtypid::int8",
        only: "oid >= 16384",
    },
    Source { class: "pg_proc", key: "oid", number: Some("oid"), root: "0", only: "oid >= 16384" },
    // Numbers of catalogs have 14 bits, those of columns 11.
    Source {
        class: "pg_description",
        key: "(objoid::int8 << 32) | (classoid::int8 << 16) | objsubid::int8",
        number: None,
        root: "0",
        only: "objoid >= 16384 OR objoid = ANY ($2)",
    },
];

/// The place of a catalog in [`SOURCES`].
pub(super) fn source(class: &str) -> usize {
    SOURCES.iter().position(|source| source.class == class).unwrap_or(SOURCES.len())
}

/// Places that belong to no single kind, and where a change means that everything is read again.
const WATCHED: [Watch; 3] = [
    Watch::Rows("pg_seclabel"),
    Watch::Rows("pg_tablespace"),
    Watch::Rows("pg_depend WHERE refclassid = 'pg_extension'::regclass"),
];

/// The names of all roles, by their numbers.
const ROLES: &str =
    "SELECT array_agg(oid::int8 ORDER BY oid), array_agg(rolname::text ORDER BY oid) FROM pg_roles";

/// All places where a change means that everything is read again, each once.
fn watched() -> Vec<Watch> {
    let mut places: Vec<Watch> = Vec::new();
    for kind in Kind::ALL {
        let (Tracked::ByRoot(watched) | Tracked::Whole(watched)) = kind.spec().tracked;
        places.extend(watched);
    }
    places.extend(WATCHED);
    sort(&mut places);
    places.dedup();
    places
}

/// The catalogs of those places, each once.
pub(super) fn watched_catalogs() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for place in watched() {
        let (Watch::Rows(rows)
        | Watch::RowsSince(_, rows)
        | Watch::RowsOfHome(rows)
        | Watch::RowsOfDatabase(rows)
        | Watch::Sum(rows, _)
        | Watch::RowsOrSum(rows, _)) = place;
        let name = rows.split(' ').next().unwrap_or(rows);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns true for a catalog in which others insert and delete rows of their own, so that only updates count.
pub(super) fn only_updates_count(class: &str) -> bool {
    watched().iter().any(|place| {
        matches!(place, Watch::RowsOfDatabase(rows) if rows.split(' ').next() == Some(class))
    })
}

/// The result of a scan.
#[derive(Debug)]
pub(super) struct Seen {
    /// The first transaction of which the next scan has to look at the rows.
    pub(super) horizon: i64,
    /// The first transaction that had not begun.
    pub(super) next: i64,
    /// The relations with newer rows in `pg_attribute`.
    pub(super) attributes: Vec<u32>,
    /// A sum over the catalogs that have no source.
    pub(super) others: String,
    /// True if there are newer rows in those.
    pub(super) others_newer: bool,
    /// The roles of the server.
    pub(super) roles: Roles,
    /// One for each source.
    pub(super) rows: Vec<Rows>,
}

/// The names of the server's roles, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Roles(HashMap<i64, String>);

impl Roles {
    fn of(numbers: Vec<i64>, names: Vec<String>) -> Roles {
        Roles(numbers.into_iter().zip(names).collect())
    }

    /// Returns true if a role has another name there. One that has come is mentioned by newer rows alone, one that has gone
    /// by none.
    pub(super) fn renamed(&self, later: &Roles) -> bool {
        self.0.iter().any(|(oid, name)| later.0.get(oid).is_some_and(|other| other != name))
    }
}

/// The result of a scan of one catalog.
#[derive(Debug)]
pub(super) struct Rows {
    /// The number of rows.
    pub(super) count: usize,
    /// Key and root of the newer ones.
    pub(super) newer: Vec<(i64, i64)>,
}

/// The statement: `$1` the horizon, or NULL for all rows; `$2` objects of the system that may have comments;
/// `$3` the home schema.
///
/// `age` compares transactions safely across their wraparound. What it takes for newer than it is, is read in vain.
pub(super) fn statement(version: u32, superuser: bool) -> Arc<str> {
    let newer =
        |xmin: &str| format!("age({xmin}) <= (SELECT coalesce(age($1::text::xid), 2147483647))");
    let (mut others, mut sums) = (Vec::new(), Vec::new());
    for place in watched() {
        match place {
            Watch::RowsSince(since, _) if version < since => {}
            Watch::Rows(rows)
            | Watch::RowsSince(_, rows)
            | Watch::RowsOfHome(rows)
            | Watch::RowsOfDatabase(rows) => others.push(rows),
            Watch::RowsOrSum(rows, _) if superuser => others.push(rows),
            Watch::Sum(_, sum) | Watch::RowsOrSum(_, sum) => sums.push(sum),
        }
    }
    let others: Vec<String> =
        others.into_iter().map(|rows| format!("SELECT xmin AS x FROM {rows}")).collect();
    let outside = format!("concat_ws(' ', {})", sums.join(", "));
    let columns: Vec<String> =
        (0..SOURCES.len()).map(|i| format!("s{i}.n, s{i}.k, s{i}.r")).collect();
    let sources: Vec<String> = SOURCES
        .iter()
        .enumerate()
        .map(|(i, Source { class, key, root, only, .. })| {
            let newer = newer("xmin");
            format!(
                "(SELECT count(*) AS n, array_agg(({key})::int8) FILTER (WHERE {newer}) AS k, \
                 array_agg(({root})::int8) FILTER (WHERE {newer}) AS r FROM {class} WHERE {only}) s{i}"
            )
        })
        .collect();
    format!(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8, \
         (SELECT array_agg(DISTINCT attrelid) FROM pg_attribute WHERE attnum > 0 AND {attribute}), \
         o.n || ' ' || {outside}, o.newer > 0, pg_snapshot_xmax(pg_current_snapshot())::text::int8, roles.*, {columns}
         FROM (SELECT count(*) AS n, count(*) FILTER (WHERE {other}) AS newer FROM ({others}) u) o
         CROSS JOIN ({ROLES}) roles CROSS JOIN {sources}",
        attribute = newer("xmin"),
        other = newer("x"),
        columns = columns.join(", "),
        others = others.join(" UNION ALL "),
        sources = sources.join(" CROSS JOIN "),
    )
    .into()
}

/// The roles that there are now.
pub(super) async fn roles(conn: &mut PgConnection) -> Result<Roles, CatalogError> {
    let row = driver::query(ROLES).fetch_one(conn).await?;
    Ok(Roles::of(row.try_get(0)?, row.try_get(1)?))
}

/// The number of a transaction as rows bear it: the lower half.
pub(super) fn xid(number: i64) -> String {
    (number & i64::from(u32::MAX)).to_string()
}

/// Asks. `horizon` is that of an earlier scan, or `None` for all rows.
pub(super) async fn scan(
    conn: &mut PgConnection,
    statement: &Arc<str>,
    horizon: Option<i64>,
    system: &[Oid],
    home: &str,
) -> Result<Seen, CatalogError> {
    let row = driver::query(statement)
        .bind(horizon.map(xid))
        .bind(system)
        .bind(home)
        .fetch_one(conn)
        .await?;
    let attributes: Option<Vec<Oid>> = row.try_get(1)?;
    let mut rows = Vec::with_capacity(SOURCES.len());
    for column in (7..).step_by(3).take(SOURCES.len()) {
        let count: i64 = row.try_get(column)?;
        let keys: Option<Vec<i64>> = row.try_get(column + 1)?;
        let roots: Option<Vec<Option<i64>>> = row.try_get(column + 2)?;
        let roots = roots.unwrap_or_default().into_iter().map(Option::unwrap_or_default);
        let newer = keys.unwrap_or_default().into_iter().zip(roots).collect();
        rows.push(Rows { count: usize::try_from(count).unwrap_or(0), newer });
    }
    Ok(Seen {
        roles: Roles::of(row.try_get(5)?, row.try_get(6)?),
        horizon: row.try_get(0)?,
        next: row.try_get(4)?,
        attributes: attributes.unwrap_or_default().into_iter().map(|oid| oid.0).collect(),
        others: row.try_get(2)?,
        others_newer: row.try_get(3)?,
        rows,
    })
}

/// The keys whose rows are gone.
pub(super) async fn gone(
    conn: &mut PgConnection,
    source: usize,
    keys: &[i64],
) -> Result<Vec<i64>, CatalogError> {
    let statement = lost(source, 1);
    Ok(driver::query_scalar(&statement).bind(keys).fetch_all(conn).await?)
}

/// The keys of all rows of a source. With many keys, this is faster than to ask which of them are gone.
pub(super) async fn all(
    conn: &mut PgConnection,
    source: usize,
    system: &[Oid],
) -> Result<Vec<i64>, CatalogError> {
    let Source { class, key, only, .. } = SOURCES[source];
    // The parameters of `scan`, since `only` may name them.
    let statement = format!(
        "WITH parameters AS (SELECT $1::text, $2::oid[]) SELECT array_agg(({key})::int8) FROM {class} WHERE {only}"
    );
    let question = driver::query_scalar(&statement).bind("").bind(system);
    let keys: Option<Vec<i64>> = question.fetch_one(conn).await?;
    Ok(keys.unwrap_or_default())
}

/// The query for those of the keys in a parameter that a catalog has no more.
pub(super) fn lost(source: usize, parameter: usize) -> String {
    let Source { class, key, .. } = SOURCES[source];
    // By the index on what the key begins with.
    let (first, part) = match class {
        "pg_inherits" => ("inhrelid", "(k >> 32)::oid"),
        "pg_description" => ("objoid", "(k >> 32)::oid"),
        _ => (key, "k::oid"),
    };
    format!(
        "SELECT k FROM unnest(${parameter}::int8[]) k \
         WHERE NOT EXISTS (SELECT FROM {class} c WHERE c.{first} = {part} AND ({key})::int8 = k)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PostgreSQL 16 and later refuse a number for `xid` that has an upper half.
    #[test]
    fn rows_bear_the_lower_half_of_a_transaction_number() {
        assert_eq!(xid(745), "745");
        assert_eq!(xid((3 << 32) + 745), "745");
    }
}
