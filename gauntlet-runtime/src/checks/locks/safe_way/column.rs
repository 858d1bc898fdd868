//! Columns: added empty and filled in batches; of another type as another column.

use super::constraint::{self, Table};
use super::{Place, Step};
use crate::checks::locks::statement::Words;
use crate::names::quote_if_needed;

/// What comes between a column without values and a rule that they break.
const FILL: &str = "fill the rows that exist: in a version of its own, or where there are many, in batches outside of the migrations";

/// The words at which the type of a column ends.
const BEHIND_TYPE: [&str; 12] = [
    "default",
    "not",
    "null",
    "check",
    "unique",
    "primary",
    "references",
    "generated",
    "constraint",
    "collate",
    "compression",
    "storage",
];

/// `name type [constraints]` at a place, after ADD [COLUMN].
pub(super) fn add(
    statement: &Words<'_>,
    (from, to): (usize, usize),
    table: &Table<'_>,
    place: Place<'_>,
) -> Vec<Step> {
    let from = statement.behind_if(from);
    let column = statement.span(from, from + 1);
    let words: Vec<usize> = statement.outside(from + 1).take_while(|at| *at < to).collect();
    let clauses: Vec<usize> = words
        .iter()
        .copied()
        .filter(|at| BEHIND_TYPE.iter().any(|word| statement.are(*at, &[word])))
        .filter(|at| !statement.are(at - 1, &["default", "null"]))
        .collect();
    let end_of_type = clauses.first().copied().unwrap_or(to);
    let kind = statement.span(from + 1, end_of_type);
    let serial = ["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"];
    let generated = clauses.iter().any(|at| statement.are(*at, &["generated"]));
    let identity = (from..to).any(|at| statement.are(at, &["identity"]));
    if generated && !identity {
        return vec![Step::text(
            "add an ordinary column, let a trigger fill it, and copy the values of old rows in batches: a column that is there cannot become a generated one",
        )];
    }
    if generated || serial.iter().any(|word| kind.eq_ignore_ascii_case(word)) {
        return vec![Step::text(
            "add the column without a value, let the application or a trigger fill it, copy the values of old rows in batches, and let the database make it afterwards",
        )];
    }
    // The clause from one word to the next one that begins a clause of its own.
    let clause = |first: &[&str]| -> Option<&str> {
        let at = clauses.iter().copied().find(|at| statement.are(*at, first))?;
        let end = clauses
            .iter()
            .copied()
            .find(|next| *next > at && !(statement.are(at, &["not"]) && *next == at + 1))
            .unwrap_or(to);
        Some(statement.span(at, end))
    };
    let sql = table.sql;
    let default = clause(&["default"]);
    let volatile = default.is_some_and(|default| default.contains('('));
    let mut steps = Vec::new();
    match default {
        Some(default) if volatile => {
            steps.push(Step::sql(
                "add the column without a value for the rows that exist",
                format!(
                    "ALTER TABLE {sql} ADD COLUMN {column} {kind};\nALTER TABLE {sql} ALTER COLUMN {column} SET {default};"
                ),
            ));
            steps.push(Step::text(FILL));
        }
        Some(default) => steps.push(Step::sql(
            "add the column by itself, which takes a moment",
            format!("ALTER TABLE {sql} ADD COLUMN {column} {kind} {default};"),
        )),
        None => {
            steps.push(Step::sql(
                "add the column by itself, which takes a moment",
                format!("ALTER TABLE {sql} ADD COLUMN {column} {kind};"),
            ));
            if clause(&["not", "null"]).is_some() {
                steps.push(Step::text(FILL));
            }
        }
    }
    if let Some(check) = clause(&["check"]) {
        let name = table.own(&[column.trim_matches('"').to_owned()], "check");
        steps.extend(constraint::unchecked(table, &name, check));
    }
    if let Some(references) = clause(&["references"]) {
        let name = table.own(&[column.trim_matches('"').to_owned()], "fkey");
        let text = format!("FOREIGN KEY ({column}) {references}");
        steps.extend(constraint::unchecked(table, &name, &text));
    }
    if clause(&["unique"]).is_some() {
        let name = table.own(&[column.trim_matches('"').to_owned()], "key");
        let index = format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {sql} ({column});");
        steps.push(
            place.outside("build its index in a version of its own, while others write", &index),
        );
        steps.push(Step::sql(
            "then make it a constraint, which takes a moment",
            format!("ALTER TABLE {sql} ADD CONSTRAINT {name} UNIQUE USING INDEX {name};"),
        ));
    }
    if clause(&["not", "null"]).is_some() && (volatile || default.is_none()) {
        steps.extend(constraint::not_null(table, column));
    }
    steps
}

/// `name TYPE type [USING ...]` at a place.
pub(super) fn change_type(
    statement: &Words<'_>,
    (at, to): (usize, usize),
    table: &Table<'_>,
) -> Vec<Step> {
    let column = statement.span(at, at + 1);
    let Some(word) = (at + 1..to).find(|place| statement.are(*place, &["type"])) else {
        return Vec::new();
    };
    let end = (word..to).find(|place| statement.are(*place, &["using"])).unwrap_or(to);
    let kind = statement.span(word + 1, end);
    let sql = table.sql;
    let plain = column.trim_matches('"');
    let new = quote_if_needed(&format!("{plain}_new"));
    let old = quote_if_needed(&format!("{plain}_old"));
    let mut steps = Vec::new();
    if let Some(length) = length_of(kind) {
        let name = table.own(&[plain.to_owned()], "length");
        let check = format!("CHECK (length({column}) <= {length})");
        steps.extend(constraint::unchecked(table, &name, &check));
        if let Some(first) = steps.first_mut() {
            first.text = String::from(
                "keep the type, and limit the length with a constraint that is not checked yet",
            );
        }
        return steps;
    }
    steps.push(Step::sql(
        "add a column of the new type (for an enum, a new enum type)",
        format!("ALTER TABLE {sql} ADD COLUMN {new} {kind};"),
    ));
    steps.push(Step::text(
        "let the application or a trigger write both, and copy the rows that exist in batches, outside of a migration",
    ));
    steps.push(Step::sql(
        "then let them change places, and drop the old one when no code reads it any more",
        format!(
            "ALTER TABLE {sql} RENAME COLUMN {column} TO {old};\nALTER TABLE {sql} RENAME COLUMN {new} TO {column};"
        ),
    ));
    steps
}

/// The length of `varchar(10)`.
fn length_of(kind: &str) -> Option<u32> {
    let lower = kind.to_ascii_lowercase();
    let rest = lower.strip_prefix("varchar").or_else(|| lower.strip_prefix("character varying"))?;
    rest.trim().strip_prefix('(')?.strip_suffix(')')?.trim().parse().ok()
}
