//! Schemas, extensions, languages, access methods, collations, conversions, text search.

use super::HOME;
use super::writer::{Add, Alter, Changed, Writer, at_home, block, name};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let own = name(id);
    let text = |attribute: &str| object.text(attribute).unwrap_or_default();
    match id.kind {
        Kind::Schema if id.name == HOME => Vec::new(),
        Kind::Schema if id.name == "public" => {
            vec!["CREATE SCHEMA IF NOT EXISTS public".to_owned()]
        }
        Kind::Schema => vec![format!("CREATE SCHEMA {own}")],
        // Every new database has it.
        Kind::Extension if id.name == "plpgsql" && w.home.is_none() => Vec::new(),
        Kind::Extension => vec![create_extension(id, object)],
        Kind::Language => vec![create_language(id, object)],
        Kind::AccessMethod => vec![format!(
            "CREATE ACCESS METHOD {own} TYPE {} HANDLER {}",
            text("type").to_uppercase(),
            text("handler")
        )],
        Kind::Collation => vec![create_collation(id, object)],
        Kind::Conversion => {
            let default = if object.has("default") { "DEFAULT " } else { "" };
            let (from, to) = (quote_literal(text("from")), quote_literal(text("to")));
            vec![format!(
                "CREATE {default}CONVERSION {own} FOR {from} TO {to} FROM {}",
                text("function")
            )]
        }
        Kind::TextSearchConfiguration => {
            let mut out = vec![format!(
                "CREATE TEXT SEARCH CONFIGURATION {own} (PARSER = {})",
                text("parser")
            )];
            for (token, dictionaries) in object.prefixed("mapping.") {
                let dictionaries = dictionaries.as_list().join(", ");
                out.push(format!(
                    "ALTER TEXT SEARCH CONFIGURATION {own} ADD MAPPING FOR {} WITH {dictionaries}",
                    quote_if_needed(token)
                ));
            }
            out
        }
        Kind::TextSearchDictionary => {
            let mut lines = vec![format!("TEMPLATE = {}", text("template"))];
            if let Some(options) = object.text("options") {
                lines.push(options.to_owned());
            }
            vec![format!("CREATE TEXT SEARCH DICTIONARY {own} (\n{}\n)", block(&lines))]
        }
        Kind::TextSearchParser => vec![parts(
            &format!("CREATE TEXT SEARCH PARSER {own}"),
            object,
            &["start", "token", "end", "headline", "lextypes"],
        )],
        _ => {
            vec![parts(&format!("CREATE TEXT SEARCH TEMPLATE {own}"), object, &["init", "lexize"])]
        }
    }
}

fn parts(head: &str, object: &Object, attributes: &[&str]) -> String {
    let word = |attribute: &str| match attribute {
        "token" => "GETTOKEN".to_owned(),
        other => other.to_uppercase(),
    };
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| Some(format!("{} = {}", word(attribute), object.text(attribute)?)))
        .collect();
    format!("{head} (\n{}\n)", block(&lines))
}

fn create_extension(id: &ObjectId, object: &Object) -> String {
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", name(id));
    if let Some(schema) = object.text("schema") {
        sql.add(format_args!(" SCHEMA {}", quote_if_needed(schema)));
    }
    // The version that a server installs by itself is not told: another server may have another.
    if let Some(version) = object.text("version")
        && object.fact("default_version").is_some_and(|default| default != version)
    {
        sql.add(format_args!(" VERSION {}", quote_literal(version)));
    }
    sql
}

fn create_language(id: &ObjectId, object: &Object) -> String {
    let trusted = if object.has("trusted") { "TRUSTED " } else { "" };
    let mut sql = format!("CREATE {trusted}LANGUAGE {}", name(id));
    for (attribute, word) in
        [("handler", "HANDLER"), ("inline", "INLINE"), ("validator", "VALIDATOR")]
    {
        if let Some(function) = object.text(attribute) {
            sql.add(format_args!(" {word} {function}"));
        }
    }
    sql
}

fn create_collation(id: &ObjectId, object: &Object) -> String {
    let mut lines = vec![format!("PROVIDER = {}", object.text("provider").unwrap_or("libc"))];
    let (collate, ctype) = (object.text("lc_collate"), object.text("lc_ctype"));
    match (object.text("locale"), collate, ctype) {
        (Some(locale), ..) => lines.push(format!("LOCALE = {}", quote_literal(locale))),
        (None, Some(collate), Some(ctype)) if collate == ctype => {
            lines.push(format!("LOCALE = {}", quote_literal(collate)));
        }
        (None, collate, ctype) => {
            for (word, value) in [("LC_COLLATE", collate), ("LC_CTYPE", ctype)] {
                if let Some(value) = value {
                    lines.push(format!("{word} = {}", quote_literal(value)));
                }
            }
        }
    }
    if object.has("deterministic") {
        lines.push("DETERMINISTIC = false".to_owned());
    }
    if let Some(rules) = object.text("rules") {
        lines.push(format!("RULES = {}", quote_literal(rules)));
    }
    format!("CREATE COLLATION {} (\n{}\n)", name(id), block(&lines))
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let own = name(c.id);
    match (c.id.kind, c.attribute) {
        (Kind::Extension, "version") => match c.wanted() {
            Some(version) if older(version, c.found().unwrap_or_default()) => Alter::Recreate,
            Some(version) => {
                Alter::one(format!("ALTER EXTENSION {own} UPDATE TO {}", quote_literal(version)))
            }
            None => Alter::Recreate,
        },
        (Kind::Extension, "schema") => match c.wanted() {
            Some(schema) => {
                Alter::one(format!("ALTER EXTENSION {own} SET SCHEMA {}", quote_if_needed(schema)))
            }
            None => Alter::one(at_home(w.home, |home| {
                format!("ALTER EXTENSION {own} SET SCHEMA {home}")
            })),
        },
        (Kind::TextSearchConfiguration, attribute) => match attribute.strip_prefix("mapping.") {
            Some(token) => {
                let token = quote_if_needed(token);
                let head = format!("ALTER TEXT SEARCH CONFIGURATION {own}");
                let wanted = c.expected.list(attribute).join(", ");
                Alter::one(match (c.expected.has(attribute), c.actual.has(attribute)) {
                    (true, true) => format!("{head} ALTER MAPPING FOR {token} WITH {wanted}"),
                    (true, false) => format!("{head} ADD MAPPING FOR {token} WITH {wanted}"),
                    _ => format!("{head} DROP MAPPING FOR {token}"),
                })
            }
            None => Alter::Recreate,
        },
        (Kind::TextSearchDictionary, "options") => match c.wanted() {
            // Options that are told are set, those that are not stay: the whole is made anew when one goes.
            Some(options)
                if c.found()
                    .is_none_or(|found| keys(found).iter().all(|k| keys(options).contains(k))) =>
            {
                Alter::one(format!("ALTER TEXT SEARCH DICTIONARY {own} ({options})"))
            }
            _ => Alter::Recreate,
        },
        _ => Alter::Recreate,
    }
}

/// Whether a version comes before another, number by number.
fn older(version: &str, than: &str) -> bool {
    let numbers =
        |text: &str| -> Vec<u32> { text.split('.').map(|n| n.parse().unwrap_or(0)).collect() };
    numbers(version) < numbers(than)
}

/// The names in `language = 'english', stopwords = 'x'`.
fn keys(options: &str) -> Vec<&str> {
    options
        .split(", ")
        .filter_map(|option| option.split_once('='))
        .map(|(key, _)| key.trim())
        .collect()
}
