//! Extended statistics.

use crate::catalog::text::equivalence::same_but_order;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed};
use crate::catalog::{Object, ObjectId, Value};

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let kinds = object.list("kinds");
    let columns = object.text("columns").unwrap_or_default();
    // Statistics of one expression have no kinds; the default is all three.
    let kinds = if kinds.is_empty() || kinds.len() == 3 {
        String::new()
    } else {
        format!(" ({})", kinds.join(", "))
    };
    let mut out = vec![format!(
        "CREATE STATISTICS {}{kinds} ON {columns} FROM {}",
        name(id),
        object.text("table").unwrap_or_default()
    )];
    if let Some(target) = object.text("statistics") {
        out.push(format!("ALTER STATISTICS {} SET STATISTICS {target}", name(id)));
    }
    out
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "statistics" => {
            let target = c.wanted().unwrap_or("-1");
            Alter::one(format!("ALTER STATISTICS {} SET STATISTICS {target}", name(c.id)))
        }
        _ => Alter::Recreate,
    }
}

/// PostgreSQL keeps the columns in the order of the table.
pub(crate) fn same_meaning(
    attribute: &str,
    _: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    match (attribute, expected, actual) {
        ("columns", Some(Value::Text(expected)), Some(Value::Text(actual))) => {
            same_but_order(expected, actual)
        }
        _ => false,
    }
}
