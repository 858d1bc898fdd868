//! Keys, foreign keys, CHECKs and indexes: those that are stated and missing at head.
//!
//! Names are not stated, so none is compared.

use std::fmt::Write as _;

use super::super::{Index, Key, Reference, Table};
use super::probe::{Probe, Stated};
use super::relation::{Mentioned, Relation, shown_list};
use super::topic::{Topic, broken};
use crate::catalog::{Catalog, ConstraintRef, ConstraintType, IndexRef, Kind, Object, ObjectId};
use crate::finding::Finding;
use crate::names::quote_if_needed;

pub(super) fn hold<'a>(
    table: &Table,
    relation: &Relation<'a>,
    probe: &Probe,
    probed: &Catalog,
    mentioned: &mut Mentioned<'a>,
) -> Vec<Finding> {
    let mut breaches = Vec::new();
    if let Some(key) = &table.primary_key {
        breaches.extend(primary_key(table, key, relation, mentioned));
    }
    for index in &table.unique {
        if let Index::Columns(columns, place) = index
            && !unique(columns, relation, mentioned)
        {
            let title = format!(
                "nothing makes {} of {} unique, as `{}` states",
                shown_list(columns),
                relation.shown(),
                table.rust_name
            );
            let breach = broken(Topic::Unique, *place, relation.object.id, title);
            breaches.push(breach.migration(format!(
                "ALTER TABLE {} ADD UNIQUE ({});",
                relation.shown_sql(),
                shown_list(columns)
            )));
        }
    }
    for index in &table.indexes {
        if let Index::Columns(columns, place) = index
            && !served(columns, relation, mentioned)
        {
            let title = format!(
                "no index of {} begins with {}, as `{}` states",
                relation.shown(),
                shown_list(columns),
                table.rust_name
            );
            let breach = broken(Topic::Index, *place, relation.object.id, title);
            let breach =
                breach.values(format!("({})", shown_list(columns)), index_list(relation, |_| true));
            breaches.push(breach.migration(format!(
                "CREATE INDEX ON {} ({});",
                relation.shown_sql(),
                shown_list(columns)
            )));
        }
    }
    for made in &probe.made {
        let constraint = ObjectId::child(Kind::Constraint, probe.name.as_str(), made.name.as_str());
        let index = ObjectId::child(Kind::Index, probe.name.as_str(), made.name.as_str());
        let breach = match made.stated {
            Stated::Check(i) => {
                probed.get(&constraint).and_then(|real| check(table, i, real, relation, mentioned))
            }
            Stated::Reference(i) => probed.get(&constraint).and_then(|real| {
                foreign_key(table, &table.references[i], real, relation, mentioned)
            }),
            Stated::Unique(i) => probed.get(&index).and_then(|real| {
                written_index(table, &table.unique[i], true, real, relation, mentioned)
            }),
            Stated::Index(i) => probed.get(&index).and_then(|real| {
                written_index(table, &table.indexes[i], false, real, relation, mentioned)
            }),
            Stated::Type(_) | Stated::Default(_) => None,
        };
        breaches.extend(breach);
    }
    breaches
}

fn primary_key<'a>(
    table: &Table,
    key: &Key,
    relation: &Relation<'a>,
    mentioned: &mut Mentioned<'a>,
) -> Option<Finding> {
    let actual = relation.table?.primary_key();
    if let Some(actual) = &actual {
        mentioned.insert(actual.id);
        let equal = if key.ordered {
            actual.columns() == key.columns
        } else {
            same_columns(actual.columns(), &key.columns)
        };
        if equal {
            return None;
        }
    }
    let title = format!(
        "the primary key of {} is not the one that `{}` states",
        relation.shown(),
        table.rust_name
    );
    let there = actual.map_or_else(
        || "no primary key".to_owned(),
        |key| format!("({})", shown_list(key.columns())),
    );
    let breach = broken(Topic::PrimaryKey, key.place, relation.object.id, title)
        .values(format!("({})", shown_list(&key.columns)), there);
    let drop = actual.map_or_else(String::new, |key| {
        format!("ALTER TABLE {} DROP CONSTRAINT {};\n", relation.shown_sql(), key.name())
    });
    Some(breach.migration(format!(
        "{drop}ALTER TABLE {} ADD PRIMARY KEY ({});",
        relation.shown_sql(),
        shown_list(&key.columns)
    )))
}

fn same_columns(a: &[String], b: &[String]) -> bool {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    a.sort();
    b.sort();
    a == b
}

fn is_key(constraint: &ConstraintRef<'_>) -> bool {
    matches!(
        constraint.constraint_type(),
        Some(ConstraintType::PrimaryKey | ConstraintType::Unique)
    )
}

/// The columns of an index that has neither expressions nor a predicate.
fn plain_columns<'a>(index: &IndexRef<'a>) -> Option<&'a [String]> {
    let plain = index.keys().len() == index.columns().len();
    (plain && index.predicate().is_none() && index.is_valid()).then(|| index.columns())
}

fn unique<'a>(columns: &[String], relation: &Relation<'a>, mentioned: &mut Mentioned<'a>) -> bool {
    let before = mentioned.len();
    let keys = relation.constraints().into_iter().filter(is_key);
    let mut found = false;
    for key in keys.filter(|key| same_columns(key.columns(), columns)) {
        mentioned.insert(key.id);
        found = true;
    }
    for index in relation.indexes().into_iter().filter(IndexRef::is_unique) {
        if plain_columns(&index).is_some_and(|of| same_columns(of, columns)) {
            mentioned.insert(index.id);
            found = true;
        }
    }
    found || mentioned.len() > before
}

fn served<'a>(columns: &[String], relation: &Relation<'a>, mentioned: &mut Mentioned<'a>) -> bool {
    let mut found = false;
    for index in relation.indexes() {
        if plain_columns(&index).is_some_and(|of| of.starts_with(columns)) {
            mentioned.insert(index.id);
            found = true;
        }
    }
    // The index of a key serves as well, and is not thereby stated.
    found
        || relation
            .constraints()
            .iter()
            .any(|key| is_key(key) && key.columns().starts_with(columns))
}

fn check<'a>(
    table: &Table,
    number: usize,
    real: &Object,
    relation: &Relation<'a>,
    mentioned: &mut Mentioned<'a>,
) -> Option<Finding> {
    let (text, place) = &table.checks[number];
    let wanted = real.text("definition").unwrap_or_default();
    let checks: Vec<ConstraintRef<'a>> = of_type(relation, ConstraintType::Check);
    if let Some(same) = checks.iter().find(|check| check.definition() == wanted) {
        mentioned.insert(same.id);
        return None;
    }
    let columns = real.fact_list("columns");
    let about: Vec<&ConstraintRef<'a>> =
        checks.iter().filter(|check| same_columns(check.columns(), columns)).collect();
    mentioned.extend(about.iter().map(|check| check.id));
    let title = format!("no CHECK of {} says what `{}` states", relation.shown(), table.rust_name);
    let breach = broken(Topic::Check, *place, relation.object.id, title)
        .values(wanted, definitions(&about, "no CHECK"));
    Some(breach.migration(format!(
        "{}ALTER TABLE {} ADD CHECK ({text});",
        drops(&about, relation),
        relation.shown_sql()
    )))
}

fn foreign_key<'a>(
    table: &Table,
    stated: &Reference,
    real: &Object,
    relation: &Relation<'a>,
    mentioned: &mut Mentioned<'a>,
) -> Option<Finding> {
    let wanted = real.text("definition").unwrap_or_default();
    let with_actions = stated.target.to_ascii_lowercase().contains(" on ");
    let keys: Vec<ConstraintRef<'a>> = of_type(relation, ConstraintType::ForeignKey);
    let says = |key: &&ConstraintRef<'a>| {
        if with_actions {
            key.definition() == wanted
        } else {
            key.columns() == real.fact_list("columns")
                && key.referenced_table() == real.fact("referenced_table")
                && key.referenced_columns() == real.fact_list("referenced_columns")
        }
    };
    if let Some(same) = keys.iter().find(says) {
        mentioned.insert(same.id);
        return None;
    }
    let about: Vec<&ConstraintRef<'a>> =
        keys.iter().filter(|key| same_columns(key.columns(), &stated.columns)).collect();
    mentioned.extend(about.iter().map(|key| key.id));
    let title = format!(
        "no foreign key of {} is the one that `{}` states",
        relation.shown(),
        table.rust_name
    );
    let breach = broken(Topic::ForeignKey, stated.place, relation.object.id, title)
        .values(wanted, definitions(&about, "no foreign key"));
    Some(breach.migration(format!(
        "{}ALTER TABLE {} ADD {wanted};",
        drops(&about, relation),
        relation.shown_sql()
    )))
}

/// The meaning of an index: its keys and its predicate.
const SAID: [&str; 6] = ["method", "keys", "include", "predicate", "nulls_not_distinct", "unique"];

fn written_index<'a>(
    table: &Table,
    stated: &Index,
    unique: bool,
    real: &Object,
    relation: &Relation<'a>,
    mentioned: &mut Mentioned<'a>,
) -> Option<Finding> {
    let Index::Sql(text, place) = stated else { return None };
    let says = |index: &IndexRef<'a>| {
        SAID.iter().all(|said| index.object.attributes.get(said) == real.attributes.get(said))
    };
    if let Some(same) = relation.indexes().into_iter().find(says) {
        mentioned.insert(same.id);
        return None;
    }
    let (topic, what, create) = if unique {
        (Topic::Unique, "unique index", "CREATE UNIQUE INDEX")
    } else {
        (Topic::Index, "index", "CREATE INDEX")
    };
    let title =
        format!("no {what} of {} is the one that `{}` states", relation.shown(), table.rust_name);
    let breach = broken(topic, *place, relation.object.id, title)
        .values(shape(real), index_list(relation, |index| !unique || index.is_unique()));
    Some(breach.migration(format!("{create} ON {} {text};", relation.shown_sql())))
}

/// An index without its name and table: `btree (lower(email)) WHERE deleted_at IS NULL`.
fn shape(index: &Object) -> String {
    let mut text =
        format!("{} ({})", index.text("method").unwrap_or("btree"), index.list("keys").join(", "));
    if !index.list("include").is_empty() {
        let _ = write!(text, " INCLUDE ({})", index.list("include").join(", "));
    }
    if let Some(predicate) = index.text("predicate") {
        let _ = write!(text, " WHERE {predicate}");
    }
    text
}

/// The indexes at head, a line each.
fn index_list(relation: &Relation<'_>, wanted: impl Fn(&IndexRef<'_>) -> bool) -> String {
    let lines: Vec<String> = relation
        .indexes()
        .iter()
        .filter(|index| wanted(index))
        .map(|index| format!("{}: {}", index.name(), shape(index.object)))
        .collect();
    if lines.is_empty() { "no index".to_owned() } else { lines.join("\n") }
}

fn of_type<'a>(relation: &Relation<'a>, wanted: ConstraintType) -> Vec<ConstraintRef<'a>> {
    let constraints = relation.constraints().into_iter();
    constraints.filter(|constraint| constraint.constraint_type() == Some(wanted)).collect()
}

fn definitions(constraints: &[&ConstraintRef<'_>], none: &str) -> String {
    if constraints.is_empty() {
        return none.to_owned();
    }
    constraints.iter().map(|c| c.full_definition()).collect::<Vec<_>>().join("\n")
}

/// The statements that drop constraints.
pub(super) fn drops(constraints: &[&ConstraintRef<'_>], relation: &Relation<'_>) -> String {
    let mut sql = String::new();
    for constraint in constraints {
        let name = quote_if_needed(constraint.name());
        let _ = writeln!(sql, "ALTER TABLE {} DROP CONSTRAINT {name};", relation.shown_sql());
    }
    sql
}
