//! The definition of an object that is missing or extra, as its difference carries it.

use crate::catalog::{Catalog, Kind, ObjectId, Value};

/// The definition of an object, its columns or its labels, in one line where that is possible.
pub(super) fn definition(catalog: &Catalog, id: &ObjectId) -> Option<Value> {
    let object = catalog.get(id)?;
    let said = |name: &str| object.attributes.get(name).or_else(|| object.facts.get(name));
    match id.kind {
        Kind::Table | Kind::ForeignTable | Kind::CompositeType => {
            let mut columns: Vec<(usize, String)> = catalog
                .children(Kind::Column, id.schema.as_deref(), &id.name)
                .map(|(column, object)| {
                    let position = object.fact("position").and_then(|p| p.parse().ok());
                    let text =
                        format!("{} {}", column.name, object.text("type").unwrap_or_default());
                    (position.unwrap_or(0), text)
                })
                .collect();
            columns.sort();
            Some(Value::List(columns.into_iter().map(|(_, text)| text).collect()))
        }
        Kind::Column => {
            let mut text = object.text("type")?.to_owned();
            if object.has("not_null") {
                text.push_str(" NOT NULL");
            }
            if let Some(default) = object.text("default") {
                text.push_str(" DEFAULT ");
                text.push_str(default);
            }
            Some(text.into())
        }
        Kind::Enum => said("labels").cloned(),
        Kind::DefaultPrivilege => {
            let grants = object.prefixed("grant.");
            let grants: Vec<String> =
                grants.map(|(role, what)| format!("{what} to {role}")).collect();
            Some(grants.join(", ").into())
        }
        _ => said("definition").cloned(),
    }
}
