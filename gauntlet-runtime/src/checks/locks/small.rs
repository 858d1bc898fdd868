//! The tables that may be locked for as long as it takes.

use std::collections::BTreeSet;

use crate::driver;
use crate::names::Globs;
use crate::stage::{Footprint, Relation, Stage};

/// The tables that the suite allows to be locked, and those that are small.
pub(super) struct Small<'a> {
    allowed: &'a Globs,
    counted: BTreeSet<Relation>,
}

impl<'a> Small<'a> {
    /// The allowed ones.
    pub(super) fn new(allowed: &'a Globs) -> Small<'a> {
        Small { allowed, counted: BTreeSet::new() }
    }

    /// Adds those among the relations that were read or rewritten that hold rows, and at most so many.
    pub(super) async fn count(
        &mut self,
        stage: &mut Stage,
        footprints: &[Footprint],
        most: u64,
    ) -> driver::Result<()> {
        let read = footprints.iter().flat_map(|f| {
            let joined = f.read.iter().flat_map(|(read, joined)| joined.iter().chain([read]));
            f.scanned.iter().chain(&f.rewritten).chain(&f.rebuilt).chain(&f.searched).chain(joined)
        });
        let read: BTreeSet<&Relation> = read.collect();
        for relation in read {
            // It may be gone, or have another name.
            const EXISTS: &str = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
            let name = relation.sql();
            let exists: bool =
                driver::query_scalar(EXISTS).bind(&name).fetch_one(stage.conn()).await?;
            if !exists {
                continue;
            }
            let count = format!(
                "SELECT pg_catalog.count(*) FROM (SELECT FROM {name} LIMIT {}) AS few",
                most.saturating_add(1)
            );
            let rows: i64 = driver::query_scalar(&count).fetch_one(stage.conn()).await?;
            if rows > 0 && rows.unsigned_abs() <= most {
                self.counted.insert(relation.clone());
            }
        }
        Ok(())
    }

    /// Returns true if a lock on a relation may be held for any time.
    pub(super) fn allows(&self, relation: &Relation) -> bool {
        let matches = |name: &str| !self.allowed.matches(name).is_empty();
        let qualified =
            relation.schema.as_ref().map(|schema| format!("{schema}.{}", relation.name));
        matches(&relation.name) || qualified.is_some_and(|name| matches(&name))
    }

    /// Whether reading or rewriting a relation is quick.
    pub(super) fn is_quick(&self, relation: &Relation) -> bool {
        self.counted.contains(relation) || self.allows(relation)
    }
}
