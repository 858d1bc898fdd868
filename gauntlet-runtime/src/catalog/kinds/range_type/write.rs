//! Range types.

use crate::catalog::write::names::{name, qualify};
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let mut lines = vec![format!("SUBTYPE = {}", object.text("subtype").unwrap_or_default())];
    let parts = [
        ("operator_class", "SUBTYPE_OPCLASS"),
        ("collation", "COLLATION"),
        ("canonical", "CANONICAL"),
        ("subtype_diff", "SUBTYPE_DIFF"),
    ];
    for (attribute, word) in parts {
        if let Some(value) = object.text(attribute) {
            lines.push(format!("{word} = {value}"));
        }
    }
    if let Some(multirange) = object.text("multirange") {
        lines.push(format!("MULTIRANGE_TYPE_NAME = {}", qualify(id.schema.as_deref(), multirange)));
    }
    format!("CREATE TYPE {} AS RANGE (\n{}\n)", name(id), block(&lines))
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    if c.attribute != "multirange" {
        return Alter::Recreate;
    }
    let old = qualify(c.id.schema.as_deref(), c.found().unwrap_or_default());
    let new = quote_if_needed(c.wanted().unwrap_or_default());
    Alter::one(format!("ALTER TYPE {old} RENAME TO {new}"))
}
