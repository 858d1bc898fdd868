//! Constraints: added without a scan of the rows, and validated in a later version.

use super::{Place, Step};
use crate::checks::locks::statement::Words;
use crate::names::quote_if_needed;

/// The table that is altered.
pub(super) struct Table<'a> {
    /// As it is written.
    pub(super) sql: &'a str,
    /// Its name alone, unquoted.
    pub(super) name: String,
}

impl Table<'_> {
    /// A name for something of the table, such as `users_email_key`.
    pub(super) fn own(&self, columns: &[String], suffix: &str) -> String {
        let mut parts = vec![self.name.clone()];
        parts.extend(columns.iter().cloned());
        parts.push(suffix.to_owned());
        quote_if_needed(&parts.join("_"))
    }
}

/// `[CONSTRAINT name] kind ...` at a place.
pub(super) fn add(
    statement: &Words<'_>,
    (from, to): (usize, usize),
    table: &Table<'_>,
    place: Place<'_>,
) -> Vec<Step> {
    let (name, from) = if statement.are(from, &["constraint"]) {
        (Some(statement.span(from + 1, from + 2).to_owned()), from + 2)
    } else {
        (None, from)
    };
    let text = statement.span(from, to);
    if statement.are(from, &["foreign", "key"]) {
        let columns = columns(statement, from + 2);
        let name = name.unwrap_or_else(|| table.own(&columns, "fkey"));
        return unchecked(table, &name, text);
    }
    if statement.are(from, &["check"]) {
        let name = name.unwrap_or_else(|| table.own(&[], "check"));
        return unchecked(table, &name, text);
    }
    let unique = statement.are(from, &["unique"]);
    if !unique && !statement.are(from, &["primary", "key"]) {
        return Vec::new();
    }
    let open = (from..to).find(|at| statement.is_mark(*at, "("));
    let Some(open) = open else { return Vec::new() };
    let of_columns = columns(statement, open);
    let name = name.unwrap_or_else(|| {
        if unique { table.own(&of_columns, "key") } else { table.own(&[], "pkey") }
    });
    let close = statement.behind_parentheses(open);
    let nulls = statement.span(from + 1, open);
    let (include, rest) = if statement.are(close, &["include"]) {
        let end = statement.behind_parentheses(close + 1);
        (format!(" {}", statement.span(close, end)), statement.span(end, to))
    } else {
        (String::new(), statement.span(close, to))
    };
    let nulls = if unique && !nulls.is_empty() { format!(" {nulls}") } else { String::new() };
    let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
    let kind = if unique { "UNIQUE" } else { "PRIMARY KEY" };
    let index = format!(
        "CREATE UNIQUE INDEX CONCURRENTLY {name} ON {} {}{include}{nulls};",
        table.sql,
        statement.span(open, close)
    );
    let mut steps =
        vec![place.outside("build its index in a version of its own, while others write", &index)];
    if !unique {
        steps.push(Step::text(
            "make its columns NOT NULL in the safe way (a CHECK that is NOT VALID, VALIDATE, SET NOT NULL), if they are not",
        ));
    }
    steps.push(Step::sql(
        "then make it a constraint, which takes a moment",
        format!("ALTER TABLE {} ADD CONSTRAINT {name} {kind} USING INDEX {name}{rest};", table.sql),
    ));
    steps
}

/// A constraint that is checked in another version.
pub(super) fn unchecked(table: &Table<'_>, name: &str, text: &str) -> Vec<Step> {
    vec![
        Step::sql(
            "add it without checking the rows that exist",
            format!("ALTER TABLE {} ADD CONSTRAINT {name} {text} NOT VALID;", table.sql),
        ),
        validate(table, name),
    ]
}

/// The check of the rows, which lets others work.
pub(super) fn validate(table: &Table<'_>, name: &str) -> Step {
    Step::sql(
        "check them in another version, while others read and write",
        format!("ALTER TABLE {} VALIDATE CONSTRAINT {name};", table.sql),
    )
}

/// A column that becomes NOT NULL without a scan of its own.
pub(super) fn not_null(table: &Table<'_>, column: &str) -> Vec<Step> {
    let name = table.own(&[column.trim_matches('"').to_owned()], "not_null");
    let table_sql = table.sql;
    let mut steps = unchecked(table, &name, &format!("CHECK ({column} IS NOT NULL)"));
    if let Some(first) = steps.first_mut() {
        first.text =
            String::from("add a constraint that says so, without checking the rows that exist");
    }
    steps.push(Step::sql(
        "then the constraint proves that no row is null, and nothing is scanned",
        format!(
            "ALTER TABLE {table_sql} ALTER COLUMN {column} SET NOT NULL;\nALTER TABLE {table_sql} DROP CONSTRAINT {name};"
        ),
    ));
    steps
}

/// The columns in the parentheses at a place, unquoted.
fn columns(statement: &Words<'_>, open: usize) -> Vec<String> {
    let close = statement.behind_parentheses(open);
    (open..close).filter_map(|at| statement.name(at)).collect()
}
