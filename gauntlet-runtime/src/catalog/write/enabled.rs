//! Rules, triggers and event triggers, switched on and off.

use crate::catalog::write::find::{alter_relation, relation};
use crate::catalog::write::names::parent;
use crate::catalog::write::writer::Writer;
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::quote_if_needed;

/// `ENABLE ALWAYS`, by the value of the attribute `enabled`.
pub(crate) fn how(value: Option<&str>) -> &'static str {
    match value {
        Some("no") => "DISABLE",
        Some("always") => "ENABLE ALWAYS",
        Some("on replicas") => "ENABLE REPLICA",
        _ => "ENABLE",
    }
}

/// `ALTER TABLE users DISABLE TRIGGER t`.
pub(crate) fn on_relation(w: Writer<'_>, id: &ObjectId, value: Option<&str>) -> String {
    // Rules and triggers of views are switched with ALTER TABLE as well.
    let relation = match relation(w.catalog, id) {
        Some((relation, _)) if matches!(relation.kind, Kind::View | Kind::MaterializedView) => {
            format!("ALTER TABLE {}", parent(id))
        }
        _ => alter_relation(w, id),
    };
    let (how, keyword) = (how(value), id.kind.spec().keyword);
    format!("{relation} {how} {keyword} {}", quote_if_needed(&id.name))
}

/// The statement that switches an object, behind those that create it.
pub(crate) fn late(w: Writer<'_>, id: &ObjectId, object: &Object) -> Option<String> {
    object.has("enabled").then(|| on_relation(w, id, object.text("enabled")))
}
