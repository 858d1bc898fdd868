//! Which columns of tables the columns of views are.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::has_outer_join;
use crate::driver::{self, Oid, PgConnection};
use crate::sql;

/// A column: its relation, and its number.
pub(super) type Origin = (u32, i16);

const VIEWS: &str = "
    SELECT oid, pg_catalog.pg_get_viewdef(oid) FROM pg_catalog.pg_class
    WHERE oid = ANY ($1) AND relkind = 'v'";

/// How many views may stand on each other.
const DEPTH: usize = 8;

/// The columns of tables that columns of views among these relations give as they are, through views below them, too. Those of a view
/// with an outer join or grouping sets, which may give NULL for any, are left out.
pub(super) async fn below(
    conn: &mut PgConnection,
    relations: &BTreeSet<u32>,
) -> driver::Result<BTreeMap<Origin, Origin>> {
    let mut direct: BTreeMap<Origin, Origin> = BTreeMap::new();
    let mut wanted = relations.clone();
    for _ in 0..DEPTH {
        let oids: Vec<Oid> = wanted.iter().map(|oid| Oid(*oid)).collect();
        let views: Vec<(Oid, String)> =
            driver::query_as(VIEWS).bind(oids).fetch_all(&mut *conn).await?;
        let mut next = BTreeSet::new();
        for (view, definition) in views {
            if has_outer_join(&definition) || has_grouping_sets(&definition) {
                continue;
            }
            // One that cannot be prepared gives nothing at all.
            let Ok(statement) = driver::prepare(conn, &definition).await else { continue };
            for (number, column) in (1..).zip(statement.columns) {
                if let Some(origin) = column.origin {
                    next.insert(origin.0);
                    direct.insert((view.0, number), origin);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        wanted = next;
    }
    let columns: Vec<Origin> = direct.keys().copied().collect();
    let through = |column: &Origin| {
        let mut at = direct.get(column)?;
        while let Some(further) = direct.get(at) {
            at = further;
        }
        Some((*column, *at))
    };
    Ok(columns.iter().filter_map(through).collect())
}

fn has_grouping_sets(definition: &str) -> bool {
    sql::words(definition).any(|(_, word)| ["rollup", "cube", "grouping"].contains(&word.as_str()))
}
