//! Constraints that have shipped NOT VALID: the rows from before them need not meet them.

use crate::driver;
use crate::error::Result;
use crate::history::Migration;
use crate::sql;
use crate::stage::{Filling, Stage};

const NAMES: &str = "
SELECT c.conname::text FROM pg_catalog.pg_constraint c
WHERE NOT c.convalidated AND c.contype IN ('c', 'f') AND c.conparentid = 0 AND c.conrelid <> 0 AND c.conislocal";

/// The place of the first version that adds a constraint which is NOT VALID at this stage, after all of `old`.
pub(super) async fn first(
    stage: &Stage,
    filling: &mut Filling,
    old: &[&Migration],
) -> Result<Option<usize>> {
    let conn = filling.conn(stage).await?;
    let names: Vec<String> = driver::query_scalar(NAMES).fetch_all(conn).await?;
    if names.is_empty() {
        return Ok(None);
    }
    let mut first_unnamed = None;
    for (at, migration) in old.iter().enumerate() {
        let words: Vec<String> = sql::words(migration.up().sql()).map(|(_, word)| word).collect();
        if !words.windows(2).any(|two| two[0] == "not" && two[1] == "valid") {
            continue;
        }
        if words.iter().any(|word| names.contains(word)) {
            return Ok(Some(at));
        }
        first_unnamed = first_unnamed.or(Some(at));
    }
    // The server has chosen the name.
    Ok(first_unnamed)
}
