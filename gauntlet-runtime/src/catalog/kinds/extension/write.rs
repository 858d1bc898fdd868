//! Extensions.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed, Writer, at_home};
use crate::catalog::{Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    // Every new database has it.
    if id.name == "plpgsql" && w.home.is_none() {
        return Vec::new();
    }
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", name(id));
    if let Some(schema) = object.text("schema") {
        sql.add(format_args!(" SCHEMA {}", quote_if_needed(schema)));
    }
    // The version that a server installs by itself is left out: another server may have a different one.
    if let Some(version) = object.text("version")
        && object.fact("default_version").is_some_and(|default| default != version)
    {
        sql.add(format_args!(" VERSION {}", quote_literal(version)));
    }
    vec![sql]
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let own = name(c.id);
    match c.attribute {
        "version" => match c.wanted() {
            Some(version) if older(version, c.found().unwrap_or_default()) => Alter::Recreate,
            Some(version) => {
                Alter::one(format!("ALTER EXTENSION {own} UPDATE TO {}", quote_literal(version)))
            }
            None => Alter::Recreate,
        },
        "schema" => match c.wanted() {
            Some(schema) => {
                Alter::one(format!("ALTER EXTENSION {own} SET SCHEMA {}", quote_if_needed(schema)))
            }
            None => Alter::one(at_home(w.home, |home| {
                format!("ALTER EXTENSION {own} SET SCHEMA {home}")
            })),
        },
        _ => Alter::Recreate,
    }
}

/// Returns true if a version comes before another, number by number.
fn older(version: &str, than: &str) -> bool {
    let numbers =
        |text: &str| -> Vec<u32> { text.split('.').map(|n| n.parse().unwrap_or(0)).collect() };
    numbers(version) < numbers(than)
}
