//! The attributes that every kind may have: comment, owner, privileges, security labels, ties to extensions.

use super::grant;
use super::names::{name, parent, qualify, target};
use super::writer::{Alter, Changed, Writer, at_database, at_home};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::make_object_name;
use crate::names::{quote_if_needed, quote_literal};

/// The statements for the common attributes of a new object, behind its `CREATE`.
pub(crate) fn attached(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    if w.owners
        && let Some(owner) = object.text("owner")
    {
        out.extend(owner_to(w, id, Some(owner)));
    }
    for (name, value) in object.attributes.iter() {
        if let Some(value) = value.as_text() {
            out.extend(attachment(w, id, object, name, Some(value)));
        }
    }
    out.extend(grant::all(w, id, object));
    if id.kind == Kind::Extension && w.home.is_none() && id.name == "plpgsql" {
        // It comes with every database, and so does its comment.
        const STANDARD: &str = "PL/pgSQL procedural language";
        out.retain(|sql| !(sql.starts_with("COMMENT") && sql.contains(STANDARD)));
        if !object.has("comment") {
            out.push("COMMENT ON EXTENSION plpgsql IS NULL".to_owned());
        }
    }
    out
}

/// The change of one of those attributes; `None` for attributes of the kind itself.
pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Option<Alter> {
    if c.attribute == "owner" {
        if c.id.kind == Kind::Sequence && c.expected.has("owned_by") && c.actual.has("owned_by") {
            // It follows the table that it belongs to.
            return Some(Alter::Elsewhere);
        }
        return Some(Alter::Sql(owner_to(w, c.id, c.wanted())));
    }
    let (expected, actual) =
        (c.expected.attributes.get(c.attribute), c.actual.attributes.get(c.attribute));
    if let Some(sql) = grant::alter(w, c.id, c.expected, c.attribute, expected, actual) {
        return Some(Alter::Sql(sql));
    }
    attachment(w, c.id, c.expected, c.attribute, c.wanted()).map(Alter::one)
}

/// `COMMENT ON`, `SECURITY LABEL`, `DEPENDS ON EXTENSION`; `None` for other attributes.
fn attachment(
    w: Writer<'_>,
    id: &ObjectId,
    object: &Object,
    name: &str,
    value: Option<&str>,
) -> Option<String> {
    let sub =
        ["index_", "identity_", "not_null_"].into_iter().find(|prefix| name.starts_with(prefix));
    let bare = sub.map_or(name, |prefix| &name[prefix.len()..]);
    let on = match sub {
        None if id.kind == Kind::Schema && id.name == ObjectId::HOME => "SCHEMA \u{0}".to_owned(),
        None => target(id),
        Some("index_") => format!("INDEX {}", qualify(id.schema.as_deref(), &id.name)),
        Some("identity_") => {
            let sequence = object.fact("identity_sequence").unwrap_or_default();
            format!("SEQUENCE {}", qualify(id.schema.as_deref(), sequence))
        }
        Some(_) => {
            let table = id.parent.as_deref().unwrap_or_default();
            let invented = make_object_name(table, Some(&id.name), "not_null");
            let name = object.text("not_null_name").unwrap_or(&invented);
            format!("CONSTRAINT {} ON {}", quote_if_needed(name), parent(id))
        }
    };
    let public = id.kind == Kind::Schema
        && (id.name == "public"
            || (id.name == ObjectId::HOME && w.home.is_none_or(|home| home == "public")));
    let literal = match value {
        // The schema that comes with a database comes with a comment.
        None if public && bare == "comment" => quote_literal("standard public schema"),
        Some("") if public && bare == "comment" => "NULL".to_owned(),
        Some(text) => quote_literal(text),
        None => "NULL".to_owned(),
    };
    let statement = if bare == "comment" {
        format!("COMMENT ON {on} IS {literal}")
    } else if let Some(provider) = bare.strip_prefix("security_label.") {
        format!("SECURITY LABEL FOR {} ON {on} IS {literal}", quote_if_needed(provider))
    } else if let Some(extension) = bare.strip_prefix("depends_on_extension.") {
        let no = if value.is_some() { "" } else { "NO " };
        format!("ALTER {on} {no}DEPENDS ON EXTENSION {}", quote_if_needed(extension))
    } else {
        return None;
    };
    Some(if statement.contains('\u{0}') {
        at_home(w.home, |home| statement.replace('\u{0}', home))
    } else {
        at_database(&statement)
    })
}

fn owner_to(w: Writer<'_>, id: &ObjectId, owner: Option<&str>) -> Vec<String> {
    let role = owner.map_or_else(|| "CURRENT_USER".to_owned(), quote_if_needed);
    if id.kind == Kind::Schema && id.name == ObjectId::HOME {
        let role = match owner {
            None if w.home == Some("public") && w.version >= 150_000 => {
                "pg_database_owner".to_owned()
            }
            _ => role,
        };
        return vec![at_home(w.home, |home| format!("ALTER SCHEMA {home} OWNER TO {role}"))];
    }
    vec![at_database(&format!("ALTER {} {} OWNER TO {role}", id.kind.spec().keyword, name(id)))]
}
