//! Rewrite rules.

use crate::catalog::write::enabled;
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let definition = object.text("definition").unwrap_or_default();
    let mut out = vec![format!("CREATE RULE {} {definition}", quote_if_needed(&id.name))];
    out.extend(enabled::late(w, id, object));
    out
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    match c.attribute {
        "enabled" => Alter::one(enabled::on_relation(w, c.id, c.wanted())),
        _ => Alter::one(format!(
            "CREATE OR REPLACE RULE {} {}",
            quote_if_needed(&c.id.name),
            c.expected.text("definition").unwrap_or_default()
        )),
    }
}
