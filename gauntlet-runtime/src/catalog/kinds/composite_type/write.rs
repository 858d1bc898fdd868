//! Composite types.

use crate::catalog::ObjectId;
use crate::catalog::kinds::column::write as column;
use crate::catalog::write::find::columns;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed, Writer, block};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId) -> Vec<String> {
    let columns = columns(w.catalog, id);
    let lines: Vec<String> =
        columns.iter().map(|(id, object)| column::definition(id, object)).collect();
    let mut out = vec![if lines.is_empty() {
        format!("CREATE TYPE {} AS ()", name(id))
    } else {
        format!("CREATE TYPE {} AS (\n{}\n)", name(id), block(&lines))
    }];
    for (column, object) in columns {
        out.extend(column::late(w, column, object));
    }
    out
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "column_order" => Alter::No(
            "the order of attributes changes only when the type is created again".to_owned(),
        ),
        _ => Alter::Recreate,
    }
}
