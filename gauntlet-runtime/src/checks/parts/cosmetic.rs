//! Notes about what a down restores in another form, or what PostgreSQL cannot undo.

use crate::catalog::{Difference, Kind};
use crate::finding::{Finding, Sides};
use crate::migrations::Migration;

/// What PostgreSQL itself cannot undo, or what is there in another form only: told, and failing nothing.
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
            "the down of {version} restores columns in another order: PostgreSQL adds a column at the end"
        );
        note("column_order", title, order);
    }
    if !form.is_empty() {
        let title = format!("the down of {version} restores the schema, but for its form");
        note("form", title, form);
    }
    notes
}

/// Whether it is an order of columns: that of a table, or that of a view, which may select them with `*`.
pub(in crate::checks) fn is_column_order(difference: &Difference) -> bool {
    let view = matches!(difference.object.kind, Kind::View | Kind::MaterializedView);
    match difference.attribute.as_deref() {
        Some("column_order") => true,
        Some("definition") => view && !difference.is_failure(),
        _ => false,
    }
}
