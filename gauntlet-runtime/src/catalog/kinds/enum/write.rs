//! Enum types.

use crate::catalog::ordered::Set;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Alter, Changed, block};
use crate::names::quote_literal;

/// One label a line, so that a new label is a line in a review.
pub(crate) fn create(name: &str, labels: &[String]) -> String {
    if labels.is_empty() {
        return format!("CREATE TYPE {name} AS ENUM ()");
    }
    let labels: Vec<String> = labels.iter().map(|label| quote_literal(label)).collect();
    format!("CREATE TYPE {name} AS ENUM (\n{}\n)", block(&labels))
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    if c.attribute == "labels" { labels(c) } else { Alter::Recreate }
}

/// Labels can be added and renamed; taking one away needs a new type.
fn labels(c: &Changed<'_>) -> Alter {
    let (wanted, found) = (c.expected.list("labels"), c.actual.list("labels"));
    let head = format!("ALTER TYPE {}", name(c.id));
    let kept: Vec<&String> = wanted.iter().filter(|label| found.contains(label)).collect();
    if found.iter().eq(kept.iter().copied()) {
        let mut out = Vec::new();
        for (at, label) in wanted.iter().enumerate() {
            if found.contains(label) {
                continue;
            }
            // All before it are there by now, so that it goes behind its neighbour.
            let place = match at.checked_sub(1).and_then(|before| wanted.get(before)) {
                Some(before) if at + 1 < wanted.len() => {
                    format!(" AFTER {}", quote_literal(before))
                }
                Some(_) => String::new(),
                None => found
                    .first()
                    .map(|first| format!(" BEFORE {}", quote_literal(first)))
                    .unwrap_or_default(),
            };
            out.push(format!("{head} ADD VALUE {}{place}", quote_literal(label)));
        }
        return Alter::Sql(out);
    }
    if wanted.len() == found.len() && wanted.iter().collect::<Set<_>>() != found.iter().collect() {
        let changed: Vec<(&String, &String)> =
            wanted.iter().zip(found).filter(|(a, b)| a != b).collect();
        if changed.iter().all(|(new, old)| !found.contains(new) && !wanted.contains(old)) {
            return Alter::Sql(
                changed
                    .into_iter()
                    .map(|(new, old)| {
                        let (old, new) = (quote_literal(old), quote_literal(new));
                        format!("-- rows that hold {old} hold {new} afterwards\n{head} RENAME VALUE {old} TO {new}")
                    })
                    .collect(),
            );
        }
    }
    Alter::Recreate
}
