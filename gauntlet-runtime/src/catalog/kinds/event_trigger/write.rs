//! Event triggers.

use crate::catalog::write::enabled;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_literal;

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = vec![statement(id, object)];
    if object.has("enabled") {
        out.push(switch(id, object.text("enabled")));
    }
    out
}

fn statement(id: &ObjectId, object: &Object) -> String {
    let mut sql = format!(
        "CREATE EVENT TRIGGER {} ON {}",
        name(id),
        object.text("event").unwrap_or_default()
    );
    let tags: Vec<String> = object.list("tags").iter().map(|tag| quote_literal(tag)).collect();
    if !tags.is_empty() {
        sql.add(format_args!("\n    WHEN TAG IN ({})", tags.join(", ")));
    }
    let function = object.text("function").unwrap_or_default();
    format!("{sql}\n    EXECUTE FUNCTION {function}()")
}

/// `ALTER EVENT TRIGGER t ENABLE ALWAYS`.
fn switch(id: &ObjectId, value: Option<&str>) -> String {
    format!("ALTER EVENT TRIGGER {} {}", name(id), enabled::how(value))
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "enabled" => Alter::one(switch(c.id, c.wanted())),
        _ => Alter::Recreate,
    }
}
