//! The parts of a table that a complete struct does not mention.

use super::super::Table;
use super::relation::{Mentioned, Relation};
use super::topic::{Topic, broken};
use crate::finding::Finding;

pub(super) fn hold(
    table: &Table,
    relation: &Relation<'_>,
    mentioned: &Mentioned<'_>,
) -> Vec<Finding> {
    let mut breaches = Vec::new();
    for (name, column) in &relation.columns {
        if table.columns.iter().any(|stated| stated.name == *name) {
            continue;
        }
        let null = if column.is_not_null() { "NOT NULL" } else { "nullable" };
        let title = format!(
            "column {}.{name} ({}, {null}) has no field in `{}`, which is declared complete",
            relation.shown(),
            column.data_type(),
            table.rust_name
        );
        let object = relation.column_object(name);
        breaches.push(
            broken(Topic::NotStated, table.place, object, title)
                .help("add a field, or take `complete` away"),
        );
    }
    let constraints = relation.constraints();
    let indexes = relation.indexes();
    let objects = constraints
        .iter()
        .map(|constraint| (constraint.id, constraint.full_definition()))
        .chain(indexes.iter().map(|index| (index.id, index.definition().to_owned())));
    for (id, definition) in objects.filter(|(id, _)| !mentioned.contains(id)) {
        let title =
            format!("{id} is not stated by `{}`, which is declared complete", table.rust_name);
        breaches.push(
            broken(Topic::NotStated, table.place, id, title)
                .fact(definition)
                .help("state it with #[model(...)], or take `complete` away"),
        );
    }
    breaches
}
