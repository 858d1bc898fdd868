//! Notes about cosmetic differences after a down, and about those that PostgreSQL cannot undo.

use crate::catalog::{Difference, Kind};
use crate::finding::{Finding, Sides};
use crate::history::Migration;

/// Notes about differences that fail nothing: those that PostgreSQL itself cannot undo, and cosmetic ones.
pub(in crate::checks) fn notes(
    migration: &Migration,
    differences: Vec<Difference>,
) -> Vec<Finding> {
    let version = migration.version();
    let (labels, rest): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|d| d.added_labels().is_some());
    let (order, form): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_column_order);
    let mut notes = Vec::new();
    let mut note = |kind, title: String, differences: Vec<Difference>| {
        let note = Finding::note(kind, title).at_down(migration);
        notes.push(note.differences(Sides::BeforeAndAfterDown, differences));
    };
    for difference in labels {
        let added = difference.added_labels().unwrap_or_default().join(", ");
        let name = &difference.object;
        let title = format!(
            "the down of {version} leaves {added} in {name}: PostgreSQL cannot remove a label"
        );
        note("label_left", title, vec![difference]);
    }
    if !order.is_empty() {
        let title = format!(
            "the down of {version} restores columns in a different order: PostgreSQL adds a column at the end"
        );
        note("column_order", title, order);
    }
    if !form.is_empty() {
        let title =
            format!("the down of {version} restores the schema except for cosmetic differences");
        note("form", title, form);
    }
    notes
}

/// Tells whether a difference is an order of columns: that of a table, or of what PostgreSQL derives from it: a view that
/// selects `*`, the columns of statistics and publications.
pub(in crate::checks) fn is_column_order(difference: &Difference) -> bool {
    let view = matches!(difference.object.kind, Kind::View | Kind::MaterializedView);
    match difference.attribute.as_deref() {
        Some("column_order") => true,
        Some("definition") => view && !difference.is_failure() && !difference.reads_back_the_same(),
        Some("columns") => difference.object.kind == Kind::Statistics && !difference.is_failure(),
        Some(name) if name.starts_with("table.") => {
            difference.object.kind == Kind::Publication && !difference.is_failure()
        }
        _ => false,
    }
}
