//! `naming`: the names at head follow the suite's naming rules.
//!
//! Judged are the names that a migration chose. What PostgreSQL or an extension named (partition children, the
//! index of a constraint, the sequence of an identity column) raises no finding.

use super::{CheckError, Outcome};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{MAX_IDENTIFIER_BYTES, quote_if_needed};
use crate::naming::{NameKind, Rule, Subject};
use crate::report::Finding;
use crate::sql::{self, Position};
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let head = cx.head().await.map_err(CheckError::Shared)?;
    let mut findings = Vec::new();
    for (id, object) in head.compared(&cx.suite().diff) {
        let Some(kind) = name_kind(id, object) else { continue };
        let columns = object.fact_list("columns");
        let table = id.parent.as_deref().unwrap_or(&id.name);
        let subject = Subject { kind, table, columns, name: &id.name };
        if let Some(rule) = cx.suite().naming.broken_by(&subject) {
            findings.push(broken(cx, id, &subject, rule));
        } else if id.name.len() == MAX_IDENTIFIER_BYTES && !crate::naming::is_invented(&subject) {
            findings.extend(cut(cx, id, kind));
        }
    }
    Ok(findings)
}

fn name_kind(id: &ObjectId, object: &Object) -> Option<NameKind> {
    Some(match id.kind {
        Kind::Index if !object.has("attached_to") => NameKind::Index,
        Kind::Constraint if !object.has("inherited") && !object.has("attached_to") => {
            match object.text("type")? {
                "primary key" => NameKind::PrimaryKey,
                "unique" => NameKind::Unique,
                "foreign key" => NameKind::ForeignKey,
                "check" => NameKind::Check,
                _ => return None,
            }
        }
        Kind::Sequence => NameKind::Sequence,
        Kind::Enum => NameKind::Enum,
        Kind::Trigger => NameKind::Trigger,
        Kind::View | Kind::MaterializedView => NameKind::View,
        Kind::Table | Kind::ForeignTable => NameKind::Table,
        Kind::Column => NameKind::Column,
        _ => return None,
    })
}

fn broken(cx: &Context<'_>, id: &ObjectId, subject: &Subject<'_>, rule: &Rule) -> Finding {
    let right = cx.suite().naming.right_name(subject);
    let wanted = match (&right, rule) {
        (Some(right), Rule::Template(template)) => format!("{right} (by the rule {template})"),
        _ => rule.to_string(),
    };
    let title = format!("the {} breaks the naming rule", told(id, subject.kind));
    let finding =
        Finding::failure("name", title).expected_actual(id.to_string(), wanted, subject.name);
    let finding = introduced(cx, finding, subject.name, str::eq);
    match right {
        Some(right) => {
            finding.help_code("rename it in a migration", rename(id, subject.kind, &right))
        }
        None => finding.help("rename it in a migration, or change the rule with `naming = ...`"),
    }
}

/// A name that a script spells out longer than PostgreSQL keeps it.
fn cut(cx: &Context<'_>, id: &ObjectId, kind: NameKind) -> Option<Finding> {
    let title = format!(
        "PostgreSQL cut the name of the {} to {MAX_IDENTIFIER_BYTES} bytes",
        told(id, kind)
    );
    let longer = |word: &str, name: &str| word.len() > name.len() && word.starts_with(name);
    let finding = introduced(cx, Finding::note("name_cut", title), &id.name, longer);
    finding.position.is_some().then(|| finding.help("give it a name that is not longer"))
}

fn told(id: &ObjectId, kind: NameKind) -> String {
    let (name, parent) = (quote_if_needed(&id.name), id.parent.as_deref().map(quote_if_needed));
    let schema =
        id.schema.as_deref().map(|s| format!("{}.", quote_if_needed(s))).unwrap_or_default();
    match parent {
        Some(parent) => format!("{kind} {name} on {schema}{parent}"),
        None => format!("{kind} {schema}{name}"),
    }
}

/// The finding with the place in the scripts at which the name stands first, if it stands in one.
fn introduced(
    cx: &Context<'_>,
    mut finding: Finding,
    name: &str,
    matches: impl Fn(&str, &str) -> bool,
) -> Finding {
    for migration in cx.history().migrations() {
        let script = migration.up().sql();
        let found = sql::words(script)
            .find(|(_, word)| matches(word, name))
            .map(|(at, _)| Position::of_byte(script, at));
        if found.is_some() {
            finding = finding.at_up(migration);
            finding.position = found;
            break;
        }
    }
    finding
}

fn rename(id: &ObjectId, kind: NameKind, right: &str) -> String {
    let schema =
        id.schema.as_deref().map(|s| format!("{}.", quote_if_needed(s))).unwrap_or_default();
    let qualified = |name: &str| format!("{schema}{}", quote_if_needed(name));
    let (old, new) = (quote_if_needed(&id.name), quote_if_needed(right));
    let table = qualified(id.parent.as_deref().unwrap_or(&id.name));
    match kind {
        NameKind::Index => format!("ALTER INDEX {} RENAME TO {new};", qualified(&id.name)),
        NameKind::Unique | NameKind::ForeignKey | NameKind::Check | NameKind::PrimaryKey => {
            format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new};")
        }
        NameKind::Column => format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new};"),
        NameKind::Trigger => format!("ALTER TRIGGER {old} ON {table} RENAME TO {new};"),
        NameKind::Sequence => format!("ALTER SEQUENCE {table} RENAME TO {new};"),
        NameKind::Enum => format!("ALTER TYPE {table} RENAME TO {new};"),
        NameKind::View if id.kind == Kind::MaterializedView => {
            format!("ALTER MATERIALIZED VIEW {table} RENAME TO {new};")
        }
        NameKind::View => format!("ALTER VIEW {table} RENAME TO {new};"),
        NameKind::Table => format!("ALTER TABLE {table} RENAME TO {new};"),
    }
}
