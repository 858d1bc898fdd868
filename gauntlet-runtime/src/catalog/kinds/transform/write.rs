//! Transforms.

use crate::catalog::ordered::Set;
use crate::catalog::write::names::name;
use crate::catalog::write::usual;
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::quote_if_needed;

/// `FOR hstore LANGUAGE plperl`.
pub(crate) fn name_of(id: &ObjectId) -> String {
    match id.name.split_once(" LANGUAGE ") {
        Some((head, language)) => format!("{head} LANGUAGE {}", quote_if_needed(language)),
        None => id.name.clone(),
    }
}

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let mut parts = Vec::new();
    for (attribute, text) in
        [("from_sql", "FROM SQL WITH FUNCTION"), ("to_sql", "TO SQL WITH FUNCTION")]
    {
        if let Some(function) = object.text(attribute) {
            parts.push(format!("{text} {function}"));
        }
    }
    format!("CREATE TRANSFORM {} ({})", name(id), parts.join(", "))
}

/// Needs its language.
pub(crate) fn needs(catalog: &Catalog, id: &ObjectId, _: &Object, needs: &mut Set<ObjectId>) {
    if let Some((_, language)) = id.name.split_once(" LANGUAGE ") {
        usual::need(catalog, ObjectId::new(Kind::Language, language), needs);
    }
}
