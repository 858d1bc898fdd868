//! Domains.

use crate::catalog::kinds::constraint::write::clause;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed, Writer};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::make_object_name;
use crate::names::quote_if_needed;

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> String {
    let mut sql =
        format!("CREATE DOMAIN {} AS {}", name(id), object.text("type").unwrap_or("text"));
    if let Some(collation) = object.text("collation") {
        sql.add(format_args!(" COLLATE {collation}"));
    }
    if let Some(default) = object.text("default") {
        sql.add(format_args!(" DEFAULT {default}"));
    }
    if object.has("not_null") {
        if let Some(name) = object.text("not_null_name") {
            sql.add(format_args!(" CONSTRAINT {}", quote_if_needed(name)));
        }
        sql.push_str(" NOT NULL");
    }
    let checks = w
        .catalog
        .children(Kind::DomainConstraint, id.schema.as_deref(), &id.name)
        .filter(|(_, object)| !object.has("not_valid"));
    for (check, object) in checks {
        sql.add(format_args!("\n    {}", clause(check, object)));
    }
    sql
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER DOMAIN {}", name(c.id));
    match c.attribute {
        "default" => Alter::one(match c.wanted() {
            Some(expression) => format!("{head} SET DEFAULT {expression}"),
            None => format!("{head} DROP DEFAULT"),
        }),
        "not_null" => Alter::one(match (c.wanted(), c.expected.text("not_null_name")) {
            (Some(_), Some(name)) => {
                format!("{head} ADD CONSTRAINT {} NOT NULL", quote_if_needed(name))
            }
            (Some(_), None) => format!("{head} SET NOT NULL"),
            (None, _) => format!("{head} DROP NOT NULL"),
        }),
        "not_null_name" if c.expected.has("not_null") && c.actual.has("not_null") => {
            let invented = make_object_name(&c.id.name, None, "not_null");
            let text = |value: Option<&str>| quote_if_needed(value.unwrap_or(&invented));
            let (old, new) = (text(c.found()), text(c.wanted()));
            Alter::one(format!("{head} RENAME CONSTRAINT {old} TO {new}"))
        }
        "not_null_name" => Alter::Elsewhere,
        _ => Alter::Recreate,
    }
}
