//! The order in which tables are filled: those that others refer to first.

use std::collections::BTreeSet;

use super::schema::{Reference, Table};

/// How a table gets rows, given those that were filled before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// All that it needs is there; the foreign keys of a circle are NULL.
    Ready,
    /// Some rows that it needs come later: its foreign keys are checked at the end.
    Deferred,
    /// It waits for a table that waits for it.
    Stuck,
}

/// The tables by their places, each with the way in which it gets its turn.
pub(super) fn order(tables: &[Table]) -> Vec<(usize, Turn)> {
    let known: BTreeSet<u32> = tables.iter().map(|table| table.oid).collect();
    let mut done: BTreeSet<u32> = BTreeSet::new();
    let mut left: Vec<usize> = (0..tables.len()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |table: &Table, reference: &Reference| {
            reference.target != table.oid
                && known.contains(&reference.target)
                && !done.contains(&reference.target)
        };
        let all = |table: &Table| !table.references.iter().any(|reference| waits(table, reference));
        let needed = |table: &Table| {
            !table
                .references
                .iter()
                .any(|reference| waits(table, reference) && table.needs(reference))
        };
        let deferred = |table: &Table| {
            !table.references.iter().any(|reference| {
                waits(table, reference) && table.needs(reference) && !reference.deferrable
            })
        };
        let first = |fits: &dyn Fn(&Table) -> bool| left.iter().position(|at| fits(&tables[*at]));
        let (place, turn) = if let Some(place) = first(&all) {
            (place, Turn::Ready)
        } else if let Some(place) = first(&needed) {
            (place, Turn::Ready)
        } else if let Some(place) = first(&deferred) {
            (place, Turn::Deferred)
        } else {
            (0, Turn::Stuck)
        };
        let table = left.remove(place);
        done.insert(tables[table].oid);
        order.push((table, turn));
    }
    order
}
