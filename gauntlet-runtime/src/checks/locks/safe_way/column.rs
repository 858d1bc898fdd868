//! Columns: added empty and filled in batches; of another type as another column.

use super::key::{self, Key};
use super::table::Table;
use super::{Place, Step, constraint};
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
        // Not those of DEFAULT NULL, ON DELETE SET NULL, NOT DEFERRABLE.
        .filter(|at| {
            !statement.are(at - 1, &["default", "null"])
                && !statement.are(at - 1, &["set"])
                && (!statement.are(*at, &["not"]) || statement.are(at + 1, &["null"]))
        })
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
    let clause_at = |first: &[&str]| -> Option<(usize, usize)> {
        let at = clauses.iter().copied().find(|at| statement.are(*at, first))?;
        let end = clauses
            .iter()
            .copied()
            .find(|next| *next > at && !(statement.are(at, &["not"]) && *next == at + 1))
            .unwrap_or(to);
        Some((at, end))
    };
    let clause = |first: &[&str]| clause_at(first).map(|(at, end)| statement.span(at, end));
    let name_of = |at: usize, suffix: &str| {
        if statement.are(at - 2, &["constraint"]) {
            return statement.span(at - 1, at).to_owned();
        }
        let columns = [column.trim_matches('"').to_owned()];
        if suffix == "pkey" { table.own(&[], suffix) } else { table.own(&columns, suffix) }
    };
    let default = clause(&["default"]);
    let volatile = default.is_some_and(may_be_volatile);
    // A constant rewrites nothing, except for a type that is checked row by row.
    let of_domain = statement
        .relation_name(from + 1)
        .is_some_and(|(_, name)| place.relations.is_checked_domain(&name));
    if of_domain || (place.rewrites && table.is_alone && !volatile) {
        return vec![Step::text(
            "give the column the type that its domain is made of, and the rules of the domain as CHECK constraints, NOT VALID and validated in another version: a column of a domain with constraints is written into every row",
        )];
    }
    let mut kind = kind.to_owned();
    for option in ["storage", "compression", "collate"].iter().filter_map(|word| clause(&[word])) {
        kind.push_str(&format!(" {option}"));
    }
    let primary = clause_at(&["primary", "key"]);
    let not_null = clause(&["not", "null"]).is_some();
    let mut steps = by_itself(table, column, &kind, default, not_null || primary.is_some());
    if let Some((at, end)) = clause_at(&["check"]) {
        let name = name_of(at, "check");
        steps.extend(constraint::unchecked(table, &name, statement.span(at, end)));
    }
    if let Some((at, end)) = clause_at(&["references"]) {
        let name = name_of(at, "fkey");
        let text = format!("FOREIGN KEY ({column}) {}", statement.span(at, end));
        steps.extend(constraint::foreign_key(table, place, &name, &text));
    }
    let columns = format!("({column})");
    if let Some((at, end)) = clause_at(&["unique"]) {
        let name = name_of(at, "key");
        let key = Key::at(statement, (at + 1, end)).of(&columns);
        steps.extend(key::add(table, place, &name, true, &key));
    }
    if not_null && (volatile || default.is_none()) {
        steps.extend(constraint::not_null(table, column));
    }
    if let Some((at, end)) = primary {
        let name = name_of(at, "pkey");
        let key = Key::at(statement, (at + 2, end)).of(&columns);
        steps.extend(key::add(table, place, &name, false, &key));
    }
    steps
}

/// Whether a default may have another value for each row.
fn may_be_volatile(default: &str) -> bool {
    default.contains('(')
}

/// The column without its constraints, but for NOT NULL where a constant fills it.
fn by_itself(
    table: &Table<'_>,
    column: &str,
    kind: &str,
    default: Option<&str>,
    required: bool,
) -> Vec<Step> {
    let alter = table.alter();
    let add = format!("{alter} ADD COLUMN {column} {kind}");
    let quick = "add the column by itself, which takes a moment";
    match default {
        Some(default) if may_be_volatile(default) => vec![
            Step::sql(
                "add the column without a value for the rows that exist",
                format!("{add};\n{alter} ALTER COLUMN {column} SET {default};"),
            ),
            Step::text(FILL),
        ],
        Some(default) => {
            let not_null = if required { " NOT NULL" } else { "" };
            vec![Step::sql(quick, format!("{add} {default}{not_null};"))]
        }
        None => {
            let mut steps = vec![Step::sql(quick, format!("{add};"))];
            if required {
                steps.push(Step::text(FILL));
            }
            steps
        }
    }
}

/// `name TYPE type [USING ...]` at a place.
pub(super) fn change_type(
    statement: &Words<'_>,
    (at, to): (usize, usize),
    table: &Table<'_>,
    place: Place<'_>,
) -> Vec<Step> {
    let column = statement.span(at, at + 1);
    let Some(word) = (at + 1..to).find(|place| statement.are(*place, &["type"])) else {
        return Vec::new();
    };
    let end = (word..to).find(|place| statement.are(*place, &["using"])).unwrap_or(to);
    let kind = statement.span(word + 1, end);
    let alter = table.alter();
    let plain = column.trim_matches('"');
    let new = quote_if_needed(&format!("{plain}_new"));
    let old = quote_if_needed(&format!("{plain}_old"));
    let mut steps = Vec::new();
    let limit = table.relation.zip(statement.name(at)).and_then(|(relation, column)| {
        place.relations.text_limit(relation, &column).filter(|_| end == to)
    });
    let length = length_of(kind);
    let unlimited =
        ["text", "varchar", "character varying"].iter().any(|name| kind.eq_ignore_ascii_case(name));
    match (limit, length) {
        (Some(limit), Some(length)) if limit > length => {
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
        (Some(_), length) if length.is_some() || unlimited => {
            return vec![Step::text(
                "the longer type rewrites no row, but an index of the column with a WHERE or an expression is built again, and a CHECK is checked again: drop it before the type is changed (an index with CONCURRENTLY), which takes a moment then, and make it again: an index with CONCURRENTLY, a CHECK with NOT VALID and VALIDATE in another version",
            )];
        }
        _ => {}
    }
    steps.push(Step::sql(
        "add a column of the new type (for an enum, a new enum type)",
        format!("{alter} ADD COLUMN {new} {kind};"),
    ));
    steps.push(Step::text(
        "let the application or a trigger write both, and copy the rows that exist in batches, outside of a migration",
    ));
    steps.push(Step::text(
        "give the new column what the old one has, or INSERT fails or writes no value after the change: the default or sequence, NOT NULL by a CHECK that is validated, its keys by indexes built with CONCURRENTLY (PRIMARY KEY USING INDEX), checks and foreign keys with NOT VALID, those that refer to it, too",
    ));
    steps.push(Step::sql(
        "then let them change places, in the same transaction with DROP NOT NULL on the old one, and drop it when no code reads it any more",
        format!(
            "{alter} RENAME COLUMN {column} TO {old};\n{alter} RENAME COLUMN {new} TO {column};"
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
