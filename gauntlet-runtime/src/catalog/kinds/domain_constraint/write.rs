//! CHECK constraints of domains.

use crate::catalog::kinds::constraint::write::clause;
use crate::catalog::kinds::spec::Separate;
use crate::catalog::write::find::object_on;
use crate::catalog::write::names::parent;
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::quote_if_needed;

/// `ALTER DOMAIN d ADD CONSTRAINT c CHECK (…)`.
pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    vec![format!("ALTER DOMAIN {} ADD {}", parent(id), clause(id, object))]
}

/// Part of its domain's statement, unless it is not valid.
pub(crate) fn created_with(
    _: &Catalog,
    id: &ObjectId,
    object: &Object,
    _: Separate<'_>,
) -> Option<ObjectId> {
    if object.has("not_valid") { None } else { object_on(id, Kind::Domain) }
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match c.attribute {
        "not_valid" if c.wanted().is_none() => Alter::one(format!(
            "ALTER DOMAIN {} VALIDATE CONSTRAINT {}",
            parent(c.id),
            quote_if_needed(&c.id.name)
        )),
        _ => Alter::Recreate,
    }
}

/// `ALTER DOMAIN d DROP CONSTRAINT c`.
pub(crate) fn drop(_: Writer<'_>, id: &ObjectId, _: &Object, _: &Catalog) -> Vec<String> {
    vec![format!("ALTER DOMAIN {} DROP CONSTRAINT {}", parent(id), quote_if_needed(&id.name))]
}

/// `ALTER DOMAIN d RENAME CONSTRAINT old TO new`.
pub(crate) fn rename(_: Writer<'_>, id: &ObjectId, old: &str) -> String {
    let (old, new) = (quote_if_needed(old), quote_if_needed(&id.name));
    format!("ALTER DOMAIN {} RENAME CONSTRAINT {old} TO {new}", parent(id))
}
