//! Default privileges.

use crate::catalog::write::grant::{self, On};
use crate::catalog::write::writer::{Add, Writer};
use crate::catalog::{Catalog, Object, ObjectId};
use crate::names::quote_if_needed;

/// The statements that take all of them back.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, object: &Object, _: &Catalog) -> Vec<String> {
    let grants = object.prefixed("grant.").flat_map(|(grantee, value)| {
        grant::alter(w, id, object, &format!("grant.{grantee}"), None, Some(value))
            .unwrap_or_default()
    });
    grants.collect()
}

/// `tables in all schemas of role app` → `ALTER DEFAULT PRIVILEGES FOR ROLE app` and `TABLES`.
pub(crate) fn granted_on(_: Writer<'_>, id: &ObjectId, on: &mut On<'_>) -> String {
    let (rest, role) = match id.name.split_once(" of role ") {
        Some((rest, role)) => (rest, Some(role)),
        None => (id.name.as_str(), None),
    };
    let (what, everywhere) = match rest.strip_suffix(" in all schemas") {
        Some(what) => (what, true),
        None => (rest, false),
    };
    on.head.push_str("ALTER DEFAULT PRIVILEGES");
    if let Some(role) = role {
        on.head.add(format_args!(" FOR ROLE {}", quote_if_needed(role)));
    }
    if !everywhere {
        let schema = id.schema.as_deref().map_or_else(|| "\u{0}".to_owned(), quote_if_needed);
        on.head.add(format_args!(" IN SCHEMA {schema}"));
    }
    on.owner_has_all = everywhere;
    on.public = match what {
        "functions" if everywhere => Some("EXECUTE"),
        "types" if everywhere => Some("USAGE"),
        _ => None,
    };
    what.to_uppercase()
}
