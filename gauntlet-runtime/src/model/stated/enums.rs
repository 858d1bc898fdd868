//! Enum types: the labels that sqlx writes and reads, in order.

use super::super::Enum;
use super::nearest::near;
use super::topic::{Topic, broken};
use crate::catalog::{Catalog, EnumRef};
use crate::finding::Finding;
use crate::names::{quote_if_needed, quote_literal};

pub(super) fn hold(stated: &Enum, catalog: &Catalog) -> Vec<Finding> {
    if stated.needs_guard() {
        // Its values are compared with the columns of that enum.
        return Vec::new();
    }
    match find(catalog, &stated.type_name) {
        Some(actual) => labels(stated, &actual),
        None => vec![missing(stated, catalog)],
    }
}

/// As PostgreSQL reads a name: without quotes in any case, in quotes as it is.
fn find<'a>(catalog: &'a Catalog, name: &str) -> Option<EnumRef<'a>> {
    let plain = name.replace('"', "");
    catalog.enum_type(&plain).or_else(|| {
        let folded = plain.to_lowercase();
        (!name.contains('"')).then(|| catalog.enum_type(&folded)).flatten()
    })
}

fn listed(labels: &[String]) -> String {
    format!("({})", labels.join(", "))
}

fn wanted(stated: &Enum) -> Vec<String> {
    stated.variants.iter().map(|variant| variant.value.clone()).collect()
}

fn missing(stated: &Enum, catalog: &Catalog) -> Finding {
    let name = stated.type_name.replace('"', "");
    let title = format!("enum {name}, which `{}` reads, does not exist at head", stated.rust_name);
    let breach = broken(Topic::Enum, stated.place, format!("enum {name}"), title);
    let names: Vec<String> = catalog.enums().map(|e| e.id.qualified_name()).collect();
    let breach = match near(&name, &names) {
        Some(near) => {
            let text = format!("if enum {near} is meant, add to the enum");
            breach.help_rust(text, format!("#[sqlx(type_name = \"{near}\")]"))
        }
        None => breach,
    };
    let labels: Vec<String> = wanted(stated).iter().map(|label| quote_literal(label)).collect();
    breach.migration(format!("CREATE TYPE {} AS ENUM ({});", stated.type_name, labels.join(", ")))
}

fn labels(stated: &Enum, actual: &EnumRef<'_>) -> Vec<Finding> {
    let (wanted, there) = (wanted(stated), actual.labels());
    let name = actual.id.qualified_name();
    let shown = quote_if_needed(actual.name());
    let breach = |place, title: String| {
        broken(Topic::Enum, place, actual.id, title).values(listed(&wanted), listed(there))
    };
    let mut breaches = Vec::new();
    for (i, variant) in stated.variants.iter().enumerate() {
        let label = &variant.value;
        if there.contains(label) {
            continue;
        }
        let title = format!(
            "enum {name} has no label '{label}', which `{}::{}` writes: the query fails at run time",
            stated.rust_name, variant.rust_name
        );
        let place = match i.checked_sub(1) {
            Some(before) => format!("AFTER {}", quote_literal(&wanted[before])),
            None => match there.first() {
                Some(first) => format!("BEFORE {}", quote_literal(first)),
                None => String::new(),
            },
        };
        breaches.push(
            breach(variant.place, title).migration(format!(
                "ALTER TYPE {shown} ADD VALUE {} {place};",
                quote_literal(label)
            )),
        );
    }
    for label in there.iter().filter(|label| !wanted.contains(label)) {
        let title = format!(
            "enum {name} has a label '{label}', which `{}` does not know: reading it fails at run time",
            stated.rust_name
        );
        breaches.push(
            breach(stated.place, title).help(
                "add a variant; PostgreSQL cannot remove a label, only create the type again",
            ),
        );
    }
    let common = |labels: &[String], other: &[String]| {
        labels.iter().filter(|label| other.contains(label)).cloned().collect::<Vec<_>>()
    };
    if common(&wanted, there) != common(there, &wanted) {
        let title = format!(
            "enum {name} has its labels in another order than `{}`: ORDER BY and < follow the database, \
             #[derive(PartialOrd)] follows the enum",
            stated.rust_name
        );
        breaches.push(
            breach(stated.place, title)
                .help("put the variants into the database's order; PostgreSQL cannot reorder labels, only create the type again"),
        );
    }
    breaches
}
