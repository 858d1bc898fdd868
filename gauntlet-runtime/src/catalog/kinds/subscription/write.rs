//! Subscriptions.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
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

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
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

/// The statements that drop a subscription; one with a replication slot is detached from it first.
pub(crate) fn drop(id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    if object.has("slot") {
        out.push(format!("ALTER SUBSCRIPTION {} DISABLE", name(id)));
        out.push(format!(
            "-- the replication slot on the publisher stays and has to be dropped there\nALTER SUBSCRIPTION {} SET (slot_name = NONE)",
            name(id)
        ));
    }
    out.push(format!("DROP SUBSCRIPTION {}", name(id)));
    out
}
