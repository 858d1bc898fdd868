//! Row security policies.

use crate::catalog::write::names::parent;
use crate::catalog::write::writer::{Add, Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_if_needed;

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let mut sql = format!("CREATE POLICY {} ON {}", quote_if_needed(&id.name), parent(id));
    if object.has("restrictive") {
        sql.push_str(" AS RESTRICTIVE");
    }
    if let Some(command) = object.text("command") {
        sql.add(format_args!(" FOR {command}"));
    }
    if object.has("roles") {
        sql.add(format_args!(" TO {}", roles(object)));
    }
    if let Some(expression) = object.text("using") {
        sql.add(format_args!(" USING ({expression})"));
    }
    if let Some(expression) = object.text("check") {
        sql.add(format_args!(" WITH CHECK ({expression})"));
    }
    sql
}

fn roles(object: &Object) -> String {
    let roles: Vec<String> = object
        .list("roles")
        .iter()
        .map(|role| if role == "public" { "PUBLIC".to_owned() } else { quote_if_needed(role) })
        .collect();
    if roles.is_empty() { "PUBLIC".to_owned() } else { roles.join(", ") }
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER POLICY {} ON {}", quote_if_needed(&c.id.name), parent(c.id));
    match (c.attribute, c.wanted()) {
        ("roles", _) => Alter::one(format!("{head} TO {}", roles(c.expected))),
        ("using", Some(expression)) => Alter::one(format!("{head} USING ({expression})")),
        ("check", Some(expression)) => Alter::one(format!("{head} WITH CHECK ({expression})")),
        _ => Alter::Recreate,
    }
}
