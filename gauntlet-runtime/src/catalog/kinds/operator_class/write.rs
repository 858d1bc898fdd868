//! Operator classes.

use crate::catalog::kinds::operator_family::write::members;
use crate::catalog::ordered::Set;
use crate::catalog::write::names::{by_method, qualify};
use crate::catalog::write::usual;
use crate::catalog::write::writer::block;
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let (bare, method) = by_method(&id.name);
    let default = if object.has("default") { " DEFAULT" } else { "" };
    let own = qualify(id.schema.as_deref(), bare);
    let mut lines = members(object);
    if let Some(storage) = object.text("storage") {
        lines.push(format!("STORAGE {storage}"));
    }
    if lines.is_empty() {
        // A class has to have a member; its own type as storage says nothing.
        lines.push(format!("STORAGE {}", object.text("type").unwrap_or_default()));
    }
    format!(
        "CREATE OPERATOR CLASS {own}{default} FOR TYPE {} USING {} FAMILY {} AS\n{}",
        object.text("type").unwrap_or_default(),
        quote_if_needed(method),
        object.text("family").unwrap_or(&own),
        block(&lines)
    )
}

/// Needs its access method and its family.
pub(crate) fn needs(catalog: &Catalog, id: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    usual::need(catalog, ObjectId::new(Kind::AccessMethod, by_method(&id.name).1), needs);
    if !object.has("family") {
        usual::need(catalog, ObjectId { kind: Kind::OperatorFamily, ..id.clone() }, needs);
    }
}
