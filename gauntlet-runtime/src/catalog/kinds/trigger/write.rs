//! Triggers.

use crate::catalog::kinds::spec::Separate;
use crate::catalog::write::enabled;
use crate::catalog::write::find::relation;
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let definition = object.text("definition").unwrap_or_default();
    let constraint = if object.has("constraint") { "CONSTRAINT " } else { "" };
    let mut out =
        vec![format!("CREATE {constraint}TRIGGER {} {definition}", quote_if_needed(&id.name))];
    out.extend(enabled::late(w, id, object));
    out
}

/// Part of its partition's statement when the partition has it because its parent has it.
pub(crate) fn created_with(
    catalog: &Catalog,
    id: &ObjectId,
    object: &Object,
    _: Separate<'_>,
) -> Option<ObjectId> {
    let follows = object.has("attached_to") || object.has("inherited");
    follows.then(|| relation(catalog, id).map(|(relation, _)| relation)).flatten()
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    match c.attribute {
        "enabled" => Alter::one(enabled::on_relation(w, c.id, c.wanted())),
        _ => Alter::Recreate,
    }
}
