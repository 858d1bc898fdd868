//! Foreign-data wrappers.

use crate::catalog::write::names::{name, target};
use crate::catalog::write::options::{alter_foreign, foreign_options};
use crate::catalog::write::writer::{Add, Alter, Changed};
use crate::catalog::{Object, ObjectId};

/// The validator comes last: options may be older than it.
pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let options = foreign_options(object, "option.");
    let mut sql = format!("CREATE FOREIGN DATA WRAPPER {}", name(id));
    if let Some(handler) = object.text("handler") {
        sql.add(format_args!(" HANDLER {handler}"));
    }
    match object.text("validator") {
        Some(validator) if options.is_empty() => vec![format!("{sql} VALIDATOR {validator}")],
        Some(validator) => vec![
            format!("{sql}{options}"),
            format!("ALTER FOREIGN DATA WRAPPER {} VALIDATOR {validator}", name(id)),
        ],
        None => vec![sql + &options],
    }
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER {}", target(c.id));
    match c.attribute {
        "handler" | "validator" => Alter::one(match c.wanted() {
            Some(function) => format!("{head} {} {function}", c.attribute.to_uppercase()),
            None => format!("{head} NO {}", c.attribute.to_uppercase()),
        }),
        _ => alter_foreign(&head, c).unwrap_or(Alter::Recreate),
    }
}
