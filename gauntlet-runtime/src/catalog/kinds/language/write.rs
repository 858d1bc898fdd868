//! Procedural languages.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::Add;
use crate::catalog::{Object, ObjectId};

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let trusted = if object.has("trusted") { "TRUSTED " } else { "" };
    let mut sql = format!("CREATE {trusted}LANGUAGE {}", name(id));
    for (attribute, word) in
        [("handler", "HANDLER"), ("inline", "INLINE"), ("validator", "VALIDATOR")]
    {
        if let Some(function) = object.text(attribute) {
            sql.add(format_args!(" {word} {function}"));
        }
    }
    sql
}
