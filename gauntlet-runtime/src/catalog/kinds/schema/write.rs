//! Schemas; the home schema among them.

use crate::catalog::ObjectId;
use crate::catalog::write::grant::On;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::Writer;

pub(crate) fn create(id: &ObjectId) -> Vec<String> {
    match id.name.as_str() {
        ObjectId::HOME => Vec::new(),
        "public" => vec!["CREATE SCHEMA IF NOT EXISTS public".to_owned()],
        _ => vec![format!("CREATE SCHEMA {}", name(id))],
    }
}

/// `SCHEMA app`; `\0` stands for the home schema.
pub(crate) fn granted_on(w: Writer<'_>, id: &ObjectId, on: &mut On<'_>) -> String {
    if id.name == ObjectId::HOME {
        on.public = public_schema(w);
        return "SCHEMA \u{0}".to_owned();
    }
    format!("SCHEMA {}", name(id))
}

/// The privileges of `PUBLIC` in the schema that comes with a database, when that is home.
fn public_schema(w: Writer<'_>) -> Option<&'static str> {
    match w.home {
        Some(home) if home != "public" => None,
        _ if w.version < 150_000 => Some("CREATE, USAGE"),
        _ => Some("USAGE"),
    }
}
