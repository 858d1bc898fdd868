//! Triggers, rules, policies and event triggers.

use super::column::alter_relation;
use super::writer::{Add, Alter, Changed, Writer, name, parent, word};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let definition = object.text("definition").unwrap_or_default();
    let own = quote_if_needed(&id.name);
    let mut out = match id.kind {
        Kind::Trigger => {
            let constraint = if object.has("constraint") { "CONSTRAINT " } else { "" };
            vec![format!("CREATE {constraint}TRIGGER {own} {definition}")]
        }
        Kind::Rule => vec![format!("CREATE RULE {own} {definition}")],
        Kind::EventTrigger => vec![create_event_trigger(id, object)],
        _ => return vec![create_policy(id, object)],
    };
    if object.has("enabled") {
        out.push(enabled(w, id, object.text("enabled")));
    }
    out
}

fn create_policy(id: &ObjectId, object: &Object) -> String {
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

fn create_event_trigger(id: &ObjectId, object: &Object) -> String {
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

fn enabled(w: Writer<'_>, id: &ObjectId, value: Option<&str>) -> String {
    let how = match value {
        Some("no") => "DISABLE",
        Some("always") => "ENABLE ALWAYS",
        Some("on replicas") => "ENABLE REPLICA",
        _ => "ENABLE",
    };
    if id.kind == Kind::EventTrigger {
        return match how.strip_prefix("ENABLE ") {
            Some(when) => format!("ALTER EVENT TRIGGER {} ENABLE {when}", name(id)),
            None => format!("ALTER EVENT TRIGGER {} {how}", name(id)),
        };
    }
    // Rules and triggers of views are switched with ALTER TABLE as well.
    let relation = match super::writer::relation(w.catalog, id) {
        Some((relation, _)) if matches!(relation.kind, Kind::View | Kind::MaterializedView) => {
            format!("ALTER TABLE {}", parent(id))
        }
        _ => alter_relation(w, id),
    };
    format!("{relation} {how} {} {}", word(id.kind), quote_if_needed(&id.name))
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    if c.attribute == "enabled" {
        return Alter::one(enabled(w, c.id, c.wanted()));
    }
    let own = quote_if_needed(&c.id.name);
    match c.id.kind {
        Kind::Rule => Alter::one(format!(
            "CREATE OR REPLACE RULE {own} {}",
            c.expected.text("definition").unwrap_or_default()
        )),
        Kind::Policy => {
            let head = format!("ALTER POLICY {own} ON {}", parent(c.id));
            match (c.attribute, c.wanted()) {
                ("roles", _) => Alter::one(format!("{head} TO {}", roles(c.expected))),
                ("using", Some(expression)) => Alter::one(format!("{head} USING ({expression})")),
                ("check", Some(expression)) => {
                    Alter::one(format!("{head} WITH CHECK ({expression})"))
                }
                _ => Alter::Recreate,
            }
        }
        _ => Alter::Recreate,
    }
}
