//! From a statement to its safe way.

use super::{Place, Step, alter_table, index};
use crate::checks::locks::statement::Words;

/// The table that a statement alters or builds an index on: schema and name, unquoted.
pub(in crate::checks::locks) fn target(statement: &Words<'_>) -> Option<(Option<String>, String)> {
    let at = if statement.begin(&["alter", "table"]) {
        alter_table::place_of_table(statement)
    } else if statement.begin(&["create"]) {
        let on = statement.find(0, "on")?;
        if statement.are(on + 1, &["only"]) { on + 2 } else { on + 1 }
    } else {
        return None;
    };
    statement.relation_name(at)
}

/// Whether a statement only checks a constraint that exists.
pub(in crate::checks::locks) fn is_validation(statement: &Words<'_>) -> bool {
    statement.begin(&["alter"]) && statement.find(0, "validate").is_some()
}

/// The steps that come to the same.
pub(in crate::checks::locks) fn steps(statement: &Words<'_>, place: Place<'_>) -> Vec<Step> {
    let steps = if statement.begin(&["create", "index"])
        || statement.begin(&["create", "unique", "index"])
    {
        index::create(statement, place)
    } else if statement.begin(&["reindex"]) {
        index::reindex(statement, place)
    } else if statement.begin(&["alter", "table"]) {
        alter_table::steps(statement, place)
    } else if statement.begin(&["alter", "domain"]) {
        alter_table::of_domain(statement)
    } else if statement.begin(&["refresh"]) {
        refresh(statement)
    } else if partition_of(statement) {
        vec![Step::text(
            "give the default partition a CHECK constraint that excludes the bounds of the new one first, NOT VALID and validated in another version: then nothing is scanned",
        )]
    } else if statement.begin(&["create"]) && statement.find(0, "as").is_some() {
        apart(statement)
    } else {
        Vec::new()
    };
    if steps.is_empty() { by_default(statement) } else { steps }
}

/// Whether a statement makes a partition, for which the rows of the default partition are checked.
fn partition_of(statement: &Words<'_>) -> bool {
    statement.begin(&["create"])
        && statement.outside(0).any(|at| statement.are(at, &["partition", "of"]))
}

fn by_default(statement: &Words<'_>) -> Vec<Step> {
    if statement.defines() {
        let is_rebuilt = ["cluster", "vacuum"].iter().any(|verb| statement.begin(&[verb]))
            || statement.has("tablespace");
        return vec![Step::text(if is_rebuilt {
            "no form of this statement lets others work: run it while the service is down, or rebuild the table online, with pg_repack for instance"
        } else {
            "no form of this statement lets others work: run it while the service is down"
        })];
    }
    apart(statement)
}

/// A statement that needs no lock itself, and is slow while the lock of an earlier one is held.
pub(in crate::checks::locks) fn apart(statement: &Words<'_>) -> Vec<Step> {
    let head =
        if is_validation(statement) { "VALIDATE CONSTRAINT".to_owned() } else { statement.head() };
    vec![Step::text(&format!(
        "move the {head} to a version of its own, before or after this one: a transaction of its own holds no other lock"
    ))]
}

/// A block or a function that takes the lock itself, so that it helps nothing to move it.
pub(in crate::checks::locks) fn of_block(statement: &Words<'_>) -> Vec<Step> {
    let what = if statement.begin(&["do"]) { "block" } else { "function" };
    vec![Step::text(&format!(
        "write the statements of the {what} into the script itself: this check then proposes a form that lets others work for each that has one"
    ))]
}

/// The form of a statement that holds a short lock which needs none.
pub(in crate::checks::locks) fn without_lock(
    statement: &Words<'_>,
    place: Place<'_>,
) -> Option<Step> {
    if !statement.begin(&["drop", "index"]) || statement.are(2, &["concurrently"]) {
        return None;
    }
    let rest = statement.span(2, statement.len());
    let (_, name) = statement.relation_name(statement.behind_if(2))?;
    let several = statement.has("cascade") || statement.parts(2).len() > 1;
    if several || place.relations.is_partitioned_index(&name) {
        return None;
    }
    let sql = format!("DROP INDEX CONCURRENTLY {rest};");
    Some(place.outside("or drop the index in a version of its own, without the lock", &sql))
}

fn refresh(statement: &Words<'_>) -> Vec<Step> {
    if statement.are(3, &["concurrently"]) || statement.has("no") {
        return Vec::new();
    }
    let view = statement.span(3, statement.len());
    vec![
        Step::text("give the materialized view a unique index on all of its rows, if it has none"),
        Step::sql(
            "then let others read while it is refreshed",
            format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view};"),
        ),
    ]
}
