//! Columns of views and materialized views.

use crate::catalog::kinds::column::{alter, write as column};
use crate::catalog::write::find::alter_relation;
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_if_needed;

/// Properties of the columns of views and materialized views that do not follow from the definition.
pub(crate) fn view_column_late(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = column::late(w, id, object);
    if let Some(default) = object.text("default") {
        let column = quote_if_needed(&id.name);
        out.push(format!("{} ALTER COLUMN {column} SET DEFAULT {default}", alter_relation(w, id)));
    }
    if let Some(method) = object.text("compression") {
        let column = quote_if_needed(&id.name);
        out.push(format!(
            "{} ALTER COLUMN {column} SET COMPRESSION {method}",
            alter_relation(w, id)
        ));
    }
    out
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    match c.attribute {
        "default" => {
            let head =
                format!("{} ALTER COLUMN {}", alter_relation(w, c.id), quote_if_needed(&c.id.name));
            Alter::one(match c.wanted() {
                Some(expression) => format!("{head} SET DEFAULT {expression}"),
                None => format!("{head} DROP DEFAULT"),
            })
        }
        _ => alter::alter(w, c),
    }
}

/// `ALTER VIEW v RENAME COLUMN old TO new`.
pub(crate) fn rename(w: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let (old, new) = (quote_if_needed(old), quote_if_needed(&id.name));
    format!("{} RENAME COLUMN {old} TO {new}", alter_relation(w, id))
}
