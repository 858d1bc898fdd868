//! ALTER TABLE, an action at a time, and ALTER DOMAIN.

use std::cell::RefCell;

use super::table::Table;
use super::{Place, Step, column, constraint};
use crate::checks::locks::statement::Words;
use crate::names::quote_if_needed;

/// The place of the table's name.
pub(super) fn place_of_table(statement: &Words<'_>) -> usize {
    let at = statement.behind_if(2);
    if statement.are(at, &["only"]) { at + 1 } else { at }
}

/// The steps for each action that may read or rewrite the table.
pub(super) fn steps(statement: &Words<'_>, place: Place<'_>) -> Vec<Step> {
    let at = place_of_table(statement);
    let (Some((sql, behind)), Some((_, name))) =
        (statement.relation(at), statement.relation_name(at))
    else {
        return Vec::new();
    };
    let behind = if statement.is_mark(behind, "*") { behind + 1 } else { behind };
    let parts = statement.parts(behind);
    let relation = statement
        .relation_name(at)
        .and_then(|(schema, name)| place.relations.named(schema.as_deref(), &name));
    let table = Table {
        sql,
        only: statement.are(at - 1, &["only"]),
        name,
        relation,
        dropped: parts.iter().filter_map(|part| dropped(statement, *part)).collect(),
        is_alone: parts.len() == 1,
        given: RefCell::default(),
    };
    parts.into_iter().flat_map(|(from, to)| action(statement, (from, to), &table, place)).collect()
}

/// The name of the constraint that `DROP CONSTRAINT name` at a place drops, unquoted, and the words.
fn dropped<'a>(statement: &Words<'a>, (from, to): (usize, usize)) -> Option<(String, &'a str)> {
    if !statement.are(from, &["drop", "constraint"]) {
        return None;
    }
    Some((statement.name(statement.behind_if(from + 2))?, statement.span(from, to)))
}

fn action(
    statement: &Words<'_>,
    (from, to): (usize, usize),
    table: &Table<'_>,
    place: Place<'_>,
) -> Vec<Step> {
    const CONSTRAINTS: [&str; 6] =
        ["constraint", "foreign", "check", "unique", "primary", "exclude"];
    if statement.are(from, &["add", "column"]) {
        return column::add(statement, (from + 2, to), table, place);
    }
    if statement.are(from, &["add"]) {
        let of_table = CONSTRAINTS.iter().any(|word| statement.are(from + 1, &[word]));
        return if of_table {
            constraint::add(statement, (from + 1, to), table, place)
        } else {
            column::add(statement, (from + 1, to), table, place)
        };
    }
    if statement.are(from, &["attach", "partition"]) {
        return vec![Step::text(
            "give the new partition first what it lacks: a CHECK constraint for its bounds, NOT VALID and validated in another version, and each index of the partitioned table, built with CONCURRENTLY; and the default partition a CHECK constraint that excludes the bounds: then nothing is scanned when it is attached",
        )];
    }
    if statement.are(from, &["alter"]) {
        let at = if statement.are(from + 1, &["column"]) { from + 2 } else { from + 1 };
        if statement.are(at + 1, &["set", "not", "null"]) {
            return constraint::not_null(table, statement.span(at, at + 1));
        }
        if statement.are(at + 1, &["type"]) || statement.are(at + 1, &["set", "data", "type"]) {
            return column::change_type(statement, (at, to), table, place);
        }
    }
    Vec::new()
}

/// How the constraint of a domain is made valid.
const CORRECT_THEM: &str = "correct the rows that break it in batches, before the constraint is validated while the service is quiet";

/// `ALTER DOMAIN d ADD [CONSTRAINT name] CHECK (...)`.
pub(super) fn of_domain(statement: &Words<'_>) -> Vec<Step> {
    let Some((domain, behind)) = statement.relation(2) else { return Vec::new() };
    let plain = statement.relation_name(2).map(|(_, name)| name).unwrap_or_default();
    if statement.are(behind, &["set", "not", "null"]) {
        let name = quote_if_needed(&format!("{plain}_not_null"));
        let add = format!(
            "ALTER DOMAIN {domain} ADD CONSTRAINT {name} CHECK (VALUE IS NOT NULL) NOT VALID;"
        );
        return vec![
            Step::sql("add a constraint that says so, without checking the rows that exist", add),
            Step::text(CORRECT_THEM),
        ];
    }
    if !statement.are(behind, &["add"]) {
        return Vec::new();
    }
    let at = behind + 1;
    let (name, at) = if statement.are(at, &["constraint"]) {
        (statement.span(at + 1, at + 2).to_owned(), at + 2)
    } else {
        (quote_if_needed(&format!("{plain}_check")), at)
    };
    let text = statement.span(at, statement.len());
    vec![
        Step::sql(
            "add it without checking the rows that exist",
            format!("ALTER DOMAIN {domain} ADD CONSTRAINT {name} {text} NOT VALID;"),
        ),
        Step::text(CORRECT_THEM),
    ]
}
