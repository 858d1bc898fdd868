//! Text search dictionaries.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::catalog::{Object, ObjectId};

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut lines = vec![format!("TEMPLATE = {}", object.text("template").unwrap_or_default())];
    if let Some(options) = object.text("options") {
        lines.push(options.to_owned());
    }
    vec![format!("CREATE TEXT SEARCH DICTIONARY {} (\n{}\n)", name(id), block(&lines))]
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match (c.attribute, c.wanted()) {
        // ALTER sets the options that it names and keeps the others: when one goes, the dictionary is created again.
        ("options", Some(options))
            if c.found()
                .is_none_or(|found| keys(found).iter().all(|k| keys(options).contains(k))) =>
        {
            Alter::one(format!("ALTER TEXT SEARCH DICTIONARY {} ({options})", name(c.id)))
        }
        _ => Alter::Recreate,
    }
}

/// The names in `language = 'english', stopwords = 'x'`.
fn keys(options: &str) -> Vec<&str> {
    options
        .split(", ")
        .filter_map(|option| option.split_once('='))
        .map(|(key, _)| key.trim())
        .collect()
}
