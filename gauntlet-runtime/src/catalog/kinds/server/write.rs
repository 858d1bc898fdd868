//! Foreign servers.

use crate::catalog::write::names::{name, target};
use crate::catalog::write::options::{alter_foreign, foreign_options};
use crate::catalog::write::writer::{Add, Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut sql = format!("CREATE SERVER {}", name(id));
    for (attribute, word) in [("type", "TYPE"), ("version", "VERSION")] {
        if let Some(value) = object.text(attribute) {
            sql.add(format_args!(" {word} {}", quote_literal(value)));
        }
    }
    let wrapper = quote_if_needed(object.text("wrapper").unwrap_or_default());
    sql.add(format_args!(" FOREIGN DATA WRAPPER {wrapper}"));
    vec![sql + &foreign_options(object, "option.")]
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER {}", target(c.id));
    match (c.attribute, c.wanted()) {
        ("version", Some(version)) => {
            Alter::one(format!("{head} VERSION {}", quote_literal(version)))
        }
        ("version", None) => Alter::one(format!("{head} VERSION NULL")),
        _ => alter_foreign(&head, c).unwrap_or(Alter::Recreate),
    }
}
