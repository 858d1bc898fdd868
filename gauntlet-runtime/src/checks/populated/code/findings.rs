//! The findings about code that a new version breaks.

use std::collections::BTreeMap;

use super::probe::{Failure, Untried};
use crate::checks::populated::findings::allow;
use crate::finding::{Fact, Finding};
use crate::history::Migration;

/// A function that is broken, and the writes that fail with it.
pub(super) fn function_broken(
    migration: &Migration,
    function: &Failure,
    writes: &[&Failure],
) -> Finding {
    let (version, name) = (migration.version(), &function.subject.name);
    let title = format!("after the up of {version}, function {name} fails");
    let mut finding = Finding::failure("function_broken", title)
        .at_up(migration)
        .object(format!("function {name}"))
        .fact(Fact::Database(function.error.clone()));
    finding
        .facts
        .extend(by_table(writes).into_iter().map(|one| Fact::Text(format!("{one} with it"))));
    finding
        .help("correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop it where nothing calls it")
        .help_declare("or, if nothing calls it before it is corrected", "populated", allow(migration))
}

/// Writes that fail in code of the database. `None` without any.
pub(super) fn writes_fail(migration: &Migration, writes: &[&Failure]) -> Option<Finding> {
    let (version, tables) = (migration.version(), by_table(writes));
    let title = match &tables[..] {
        [] => return None,
        [one] => format!("after the up of {version}, {one} in code of the database"),
        all => {
            let count = all.len();
            format!(
                "after the up of {version}, writes to {count} tables fail in code of the database"
            )
        }
    };
    let mut finding = Finding::failure("writes_fail", title).at_up(migration);
    if tables.len() > 1 {
        finding.facts.extend(tables.into_iter().map(Fact::Text));
    } else {
        finding.object = Some(format!("table {}", writes.first()?.subject.name));
    }
    let finding = finding
        .fact(Fact::Database(writes.first()?.error.clone()))
        .help("correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more")
        .help_declare("or, if nothing writes like this before it is corrected", "populated", allow(migration));
    Some(finding)
}

/// `INSERT and UPDATE of table users fail`, for each table.
fn by_table(writes: &[&Failure]) -> Vec<String> {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for write in writes {
        tables.entry(&write.subject.name).or_default().push(&write.operation);
    }
    let line = |(table, mut operations): (&str, Vec<&str>)| {
        operations.sort_unstable_by_key(|one| {
            ["INSERT", "UPDATE"].iter().position(|o| o == one).unwrap_or(2)
        });
        match &operations[..] {
            [one] => format!("{one} on table {table} fails"),
            [firsts @ .., last] => {
                format!("{} and {last} on table {table} fail", firsts.join(", "))
            }
            [] => String::new(),
        }
    };
    tables.into_iter().map(line).collect()
}

/// Code that could not be tried.
pub(super) fn not_tried(why: &Untried) -> Finding {
    Finding::note("code_not_tried", "functions and triggers of the database were not tried")
        .fact(Fact::Database(why.clone()))
}
