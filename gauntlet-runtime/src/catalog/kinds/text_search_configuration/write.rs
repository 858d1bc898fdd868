//! Text search configurations.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let own = name(id);
    let mut out = vec![format!(
        "CREATE TEXT SEARCH CONFIGURATION {own} (PARSER = {})",
        object.text("parser").unwrap_or_default()
    )];
    for (token, dictionaries) in object.prefixed("mapping.") {
        let dictionaries = dictionaries.as_list().join(", ");
        out.push(format!(
            "ALTER TEXT SEARCH CONFIGURATION {own} ADD MAPPING FOR {} WITH {dictionaries}",
            quote_if_needed(token)
        ));
    }
    out
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let Some(token) = c.attribute.strip_prefix("mapping.") else {
        return Alter::Recreate;
    };
    let token = quote_if_needed(token);
    let head = format!("ALTER TEXT SEARCH CONFIGURATION {}", name(c.id));
    let wanted = c.expected.list(c.attribute).join(", ");
    Alter::one(match (c.expected.has(c.attribute), c.actual.has(c.attribute)) {
        (true, true) => format!("{head} ALTER MAPPING FOR {token} WITH {wanted}"),
        (true, false) => format!("{head} ADD MAPPING FOR {token} WITH {wanted}"),
        _ => format!("{head} DROP MAPPING FOR {token}"),
    })
}
