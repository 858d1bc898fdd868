//! What leaves the database: foreign-data wrappers, servers, user mappings, publications, subscriptions.

use super::HOME;
use super::attached::{foreign_option, foreign_options};
use super::writer::{Add, Alter, Changed, Writer, name, target};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    match id.kind {
        Kind::ForeignDataWrapper => create_wrapper(id, object),
        Kind::Server => {
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
        Kind::UserMapping => {
            vec![format!("CREATE {}{}", target(id), foreign_options(object, "option."))]
        }
        Kind::Publication => vec![create_publication(w, id, object)],
        _ => create_subscription(id, object),
    }
}

/// The validator comes last: options may be older than it.
fn create_wrapper(id: &ObjectId, object: &Object) -> Vec<String> {
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

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    match c.id.kind {
        Kind::Publication => alter_publication(w, c),
        Kind::Subscription => alter_subscription(c),
        _ => {
            let head = format!("ALTER {}", target(c.id));
            match c.attribute {
                "version" => match c.wanted() {
                    Some(version) => {
                        Alter::one(format!("{head} VERSION {}", quote_literal(version)))
                    }
                    None => Alter::one(format!("{head} VERSION NULL")),
                },
                "handler" | "validator" => Alter::one(match c.wanted() {
                    Some(function) => format!("{head} {} {function}", c.attribute.to_uppercase()),
                    None => format!("{head} NO {}", c.attribute.to_uppercase()),
                }),
                attribute => match attribute.strip_prefix("option.") {
                    Some(option) => Alter::one(format!(
                        "{head} {}",
                        foreign_option(option, c.wanted(), c.found())
                    )),
                    None => Alter::Recreate,
                },
            }
        }
    }
}

/// What stands behind `FOR` and `SET`: tables and schemas.
fn published(object: &Object) -> Vec<String> {
    let mut parts: Vec<String> = object
        .prefixed("table.")
        .map(|(table, value)| {
            let more = value.as_text().unwrap_or_default().trim_start_matches("yes");
            format!("TABLE {table}{more}")
        })
        .collect();
    for (schema, _) in object.prefixed("schema.") {
        let schema =
            if schema == HOME { "CURRENT_SCHEMA".to_owned() } else { quote_if_needed(schema) };
        parts.push(format!("TABLES IN SCHEMA {schema}"));
    }
    parts
}

fn publication_options(object: &Object) -> Vec<String> {
    let mut options = Vec::new();
    let operations = object.list("operations");
    if operations.len() != 4 {
        options.push(format!("publish = {}", quote_literal(&operations.join(", "))));
    }
    if object.has("via_root") {
        options.push("publish_via_partition_root = true".to_owned());
    }
    if let Some(columns) = object.text("generated_columns") {
        options.push(format!("publish_generated_columns = {columns}"));
    }
    options
}

fn create_publication(w: Writer<'_>, id: &ObjectId, object: &Object) -> String {
    let mut sql = format!("CREATE PUBLICATION {}", name(id));
    if object.has("all_tables") {
        sql.push_str(" FOR ALL TABLES");
    } else {
        // Before 15 the word stands once; PostgreSQL still understands it for a list.
        let parts = published(object);
        if !parts.is_empty() {
            sql.add(format_args!(" FOR {}", join_published(w, &parts)));
        }
    }
    let options = publication_options(object);
    if !options.is_empty() {
        sql.add(format_args!(" WITH ({})", options.join(", ")));
    }
    sql
}

fn join_published(w: Writer<'_>, parts: &[String]) -> String {
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = match part.strip_prefix("TABLE ") {
            Some(bare) if at > 0 && w.version < 150_000 => bare,
            _ => part,
        };
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(part);
    }
    out
}

fn alter_publication(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let head = format!("ALTER PUBLICATION {}", name(c.id));
    match c.attribute {
        "operations" => {
            let operations = quote_literal(&c.expected.list("operations").join(", "));
            Alter::one(format!("{head} SET (publish = {operations})"))
        }
        "via_root" => {
            let value = c.wanted().is_some();
            Alter::one(format!("{head} SET (publish_via_partition_root = {value})"))
        }
        "generated_columns" => {
            let value = c.wanted().unwrap_or("none");
            Alter::one(format!("{head} SET (publish_generated_columns = {value})"))
        }
        "all_tables" => Alter::Recreate,
        _ => {
            let parts = published(c.expected);
            if parts.is_empty() || c.expected.has("all_tables") || c.actual.has("all_tables") {
                return Alter::Recreate;
            }
            Alter::one(format!("{head} SET {}", join_published(w, &parts)))
        }
    }
}

fn create_subscription(id: &ObjectId, object: &Object) -> Vec<String> {
    let names: Vec<String> =
        object.list("publications").iter().map(|p| quote_if_needed(p)).collect();
    let slot = object.text("slot").map_or_else(|| "NONE".to_owned(), quote_literal);
    let mut options = vec!["connect = false".to_owned(), format!("slot_name = {slot}")];
    options.extend(subscription_options(object));
    let mut out = vec![format!(
        "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})",
        name(id),
        quote_literal(object.text("connection").unwrap_or_default()),
        names.join(", "),
        options.join(", ")
    )];
    // Made without a connection it is disabled.
    if !object.has("enabled") && object.has("slot") {
        out.push(format!("ALTER SUBSCRIPTION {} ENABLE", name(id)));
    }
    out
}

const SUBSCRIPTION: &[(&str, &str, &str)] = &[
    ("binary", "binary", "false"),
    ("streaming", "streaming", "off"),
    ("two_phase", "two_phase", "false"),
    ("disable_on_error", "disable_on_error", "false"),
    ("password_required", "password_required", "true"),
    ("run_as_owner", "run_as_owner", "false"),
    ("origin", "origin", "any"),
    ("failover", "failover", "false"),
    ("synchronous_commit", "synchronous_commit", "off"),
];

fn subscription_value(value: &str) -> String {
    match value {
        "yes" => "true".to_owned(),
        "no" => "false".to_owned(),
        other => quote_literal(other),
    }
}

fn subscription_options(object: &Object) -> Vec<String> {
    SUBSCRIPTION
        .iter()
        .filter_map(|(attribute, option, default)| {
            let value = object.text(attribute)?;
            (value != *default).then(|| format!("{option} = {}", subscription_value(value)))
        })
        .collect()
}

fn alter_subscription(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER SUBSCRIPTION {}", name(c.id));
    match c.attribute {
        "connection" => Alter::one(format!(
            "{head} CONNECTION {}",
            quote_literal(c.wanted().unwrap_or_default())
        )),
        "publications" => {
            let names: Vec<String> =
                c.expected.list("publications").iter().map(|p| quote_if_needed(p)).collect();
            Alter::one(format!(
                "{head} SET PUBLICATION {} WITH (refresh = false)",
                names.join(", ")
            ))
        }
        "enabled" if c.wanted().is_some() => Alter::one(format!("{head} DISABLE")),
        "enabled" => Alter::one(format!("{head} ENABLE")),
        "slot" => {
            let slot = c.wanted().map_or_else(|| "NONE".to_owned(), quote_literal);
            Alter::one(format!("{head} SET (slot_name = {slot})"))
        }
        "two_phase" => Alter::Recreate,
        attribute => match SUBSCRIPTION.iter().find(|(name, ..)| *name == attribute) {
            Some((_, option, default)) => {
                let value = c.wanted().map_or_else(|| quote_literal(default), subscription_value);
                Alter::one(format!("{head} SET ({option} = {value})"))
            }
            None => Alter::Recreate,
        },
    }
}

/// What a subscription with a replication slot elsewhere needs before it can be dropped.
pub(crate) fn drop_subscription(id: &ObjectId, object: Option<&Object>) -> Vec<String> {
    let mut out = Vec::new();
    if object.is_some_and(|o| o.has("slot")) {
        out.push(format!("ALTER SUBSCRIPTION {} DISABLE", name(id)));
        out.push(format!(
            "-- the replication slot on the publisher stays and has to be dropped there\nALTER SUBSCRIPTION {} SET (slot_name = NONE)",
            name(id)
        ));
    }
    out.push(format!("DROP SUBSCRIPTION {}", name(id)));
    out
}
