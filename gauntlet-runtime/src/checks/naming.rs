//! `naming`: the names at head follow the suite's naming rules.
//!
//! It judges the names that a migration chose. Names that PostgreSQL or an extension chose (partition children, the
//! index of a constraint, the sequence of an identity column) raise no finding, even if the table was renamed since.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{CheckError, Outcome};
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::context::Context;
use crate::finding::{DeclaredValue, Finding};
use crate::names::{MAX_IDENTIFIER_BYTES, quote_if_needed};
use crate::naming::{NameKind, Rule, Subject, ends_like_invented};
use crate::sql::{self, Position};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let head = cx.head().await.map_err(CheckError::Shared)?;
    let mut findings = Vec::new();
    let mut right_names = RightNames { cx, head: &head, given: BTreeSet::new() };
    let mut accused: BTreeMap<NameKind, Vec<(usize, &ObjectId)>> = BTreeMap::new();
    for (id, object) in head.compared(&cx.settings().diff) {
        let Some(kind) = name_kind(id, object) else { continue };
        let columns = object.fact_list("columns");
        let table = id.parent.as_deref().unwrap_or(&id.name);
        let subject = Subject { kind, table, columns, name: &id.name };
        if let Some(rule) = cx.settings().naming.broken_by(&subject) {
            let right = right_names.of(id, object, &subject);
            let finding = broken(cx, id, &subject, rule, right);
            let invented = finding.position.is_none()
                && !cx.settings().naming.judges_invented()
                && ends_like_invented(kind, &id.name);
            if !invented {
                accused.entry(kind).or_default().push((findings.len(), id));
                findings.push(finding);
            }
        } else if id.name.len() == MAX_IDENTIFIER_BYTES && !crate::naming::is_invented(&subject) {
            findings.extend(cut(cx, id, kind));
        }
    }
    for (kind, accused) in accused {
        let (Some(rule), Some((last, _))) = (cx.settings().naming.rule(kind), accused.last())
        else {
            continue;
        };
        let finding = &mut findings[*last];
        if let Some(code) = other_rule(kind, rule, &accused) {
            *finding = finding.clone().help_declare(
                "or, if names of this kind follow another rule here, declare it",
                "naming",
                code,
            );
        }
    }
    Ok(findings)
}

/// The rule with the affix that most of the accused names share, where there are some of them.
fn other_rule(
    kind: NameKind,
    rule: &Rule,
    accused: &[(usize, &ObjectId)],
) -> Option<DeclaredValue> {
    const SOME: usize = 3;
    let Rule::Affixes { prefixes, suffixes } = rule else { return None };
    let (mut before, mut after) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
    for (_, id) in accused {
        let table = id.parent.as_deref().unwrap_or_default();
        let first = id.name.find('_').map(|at| &id.name[..=at]);
        if let Some(prefix) = first.filter(|prefix| !table.starts_with(prefix)) {
            *before.entry(prefix).or_default() += 1;
        }
        if let Some(at) = id.name.rfind('_') {
            *after.entry(&id.name[at..]).or_default() += 1;
        }
    }
    let shared = |counts: BTreeMap<&str, usize>| {
        let (affix, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (count >= SOME && count * 2 > accused.len()).then(|| affix.to_owned())
    };
    let (mut prefixes, mut suffixes) = (prefixes.clone(), suffixes.clone());
    match (shared(after), shared(before)) {
        (Some(suffix), _) => suffixes.push(suffix),
        (None, Some(prefix)) => prefixes.push(prefix),
        (None, None) => return None,
    }
    Some(DeclaredValue::Affixes { kind: format!("{kind:?}"), prefixes, suffixes })
}

/// Finds names that are right and free.
struct RightNames<'a, 's> {
    cx: &'a Context<'s>,
    head: &'a Catalog,
    /// What other findings propose, with the schema or table in which it must be alone.
    given: BTreeSet<(Option<String>, Option<String>, String)>,
}

impl RightNames<'_, '_> {
    fn of(&mut self, id: &ObjectId, object: &Object, subject: &Subject<'_>) -> Option<String> {
        let rules = &self.cx.settings().naming;
        let fits = |name: &String| {
            name.len() <= MAX_IDENTIFIER_BYTES
                && rules.broken_by(&Subject { name, ..subject.clone() }).is_none()
        };
        // A unique index may be called as a unique constraint is, where the rule for indexes lets it.
        let unique = subject.kind == NameKind::Index && object.has("unique");
        let right = unique
            .then(|| rules.right_name(&Subject { kind: NameKind::Unique, ..subject.clone() }))
            .flatten()
            .filter(fits)
            .or_else(|| rules.right_name(subject))?;
        let within = match subject.kind {
            NameKind::Check | NameKind::ForeignKey | NameKind::Column | NameKind::Trigger => {
                id.parent.clone()
            }
            _ => None,
        };
        // A number at the end, or before what the rule wants there.
        let ending = match rules.rule(subject.kind) {
            Some(Rule::Affixes { suffixes, .. }) => {
                suffixes.iter().find(|suffix| right.ends_with(suffix.as_str()))
            }
            _ => None,
        };
        let core = ending.and_then(|end| right.strip_suffix(end.as_str())).unwrap_or(&right);
        let suffix = ending.map_or("", String::as_str);
        let names = (2..=9).map(|n| format!("{core}_{n}{suffix}"));
        for name in std::iter::once(right.clone()).chain(names).filter(fits) {
            let key = (id.schema.clone(), within.clone(), name);
            if !self.taken(id, &key.2, within.is_some()) && self.given.insert(key.clone()) {
                return Some(key.2);
            }
        }
        None
    }

    /// Whether something at head that cannot have the same name has it.
    fn taken(&self, id: &ObjectId, name: &str, within: bool) -> bool {
        self.head.objects.keys().any(|other| {
            other.name == name
                && other.schema == id.schema
                && if within {
                    other.kind == id.kind && other.parent == id.parent
                } else {
                    matches!(
                        other.kind,
                        Kind::Index
                            | Kind::Constraint
                            | Kind::Table
                            | Kind::ForeignTable
                            | Kind::View
                            | Kind::MaterializedView
                            | Kind::Sequence
                            | Kind::Enum
                    )
                }
        })
    }
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

fn broken(
    cx: &Context<'_>,
    id: &ObjectId,
    subject: &Subject<'_>,
    rule: &Rule,
    right: Option<String>,
) -> Finding {
    let wanted = match (&right, rule) {
        (Some(right), Rule::Template(template)) => format!("{right} (by the rule {template})"),
        _ => rule.to_string(),
    };
    let title = format!("the {} breaks the naming rule", told(id, subject.kind));
    let finding =
        Finding::failure("name", title).object(id.to_string()).values(wanted, subject.name);
    let finding = introduced(cx, finding, subject.name, str::eq);
    match right {
        Some(right) => {
            finding.help_sql("rename it in a migration", rename(id, subject.kind, &right))
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
    finding.position.is_some().then(|| finding.help("give it a shorter name"))
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
