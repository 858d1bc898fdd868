//! Constraints: added without a scan of the rows, and validated in a later version.

use super::index::PARTITIONS;
use super::key::{self, Key};
use super::table::Table;
use super::{Place, Step};
use crate::checks::locks::statement::Words;
use crate::sql::{TokenKind, tokens};
use crate::stage::{Relation, RelationKind};

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
        let name = name.unwrap_or_else(|| table.own(&columns(statement, from + 2), "fkey"));
        return foreign_key(table, place, &name, text);
    }
    if statement.are(from, &["check"]) {
        let name = name.unwrap_or_else(|| table.own(&only_column(text), "check"));
        return unchecked(table, &name, text);
    }
    let unique = statement.are(from, &["unique"]);
    if !unique && !statement.are(from, &["primary", "key"]) {
        return Vec::new();
    }
    let behind = if unique { from + 1 } else { from + 2 };
    if statement.are(behind, &["using", "index"]) && !statement.are(behind + 2, &["tablespace"]) {
        if unique {
            return Vec::new();
        }
        let index = statement.span(behind + 2, behind + 3);
        return vec![Step::text(&format!(
            "make each column of the index {index} NOT NULL in versions before this one (a CHECK that it IS NOT NULL, NOT VALID; VALIDATE; SET NOT NULL): then the index becomes the primary key without a scan"
        ))];
    }
    let key = Key::at(statement, (behind, to));
    if key.columns.is_empty() {
        return Vec::new();
    }
    let name = name.unwrap_or_else(|| {
        let open = (from..to).find(|at| statement.is_mark(*at, "(")).unwrap_or(to);
        if unique { table.own(&columns(statement, open), "key") } else { table.own(&[], "pkey") }
    });
    key::add(table, place, &name, unique, &key)
}

/// The column of a condition that has no other, by which PostgreSQL names a CHECK; none where there are more.
fn only_column(condition: &str) -> Vec<String> {
    const WORDS: [&str; 30] = [
        "all", "and", "any", "array", "as", "between", "case", "cast", "check", "collate", "date",
        "distinct", "else", "end", "false", "from", "ilike", "in", "interval", "is", "like", "not",
        "null", "or", "similar", "some", "then", "to", "true", "when",
    ];
    let all: Vec<_> = tokens(condition).filter(|token| !token.kind.is_trivia()).collect();
    let mut names: Vec<String> = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let Some(name) = token.name() else { continue };
        let is_call = all.get(at + 1).is_some_and(|next| next.is_mark("("));
        let is_type = at > 0 && all[at - 1].text.ends_with(':');
        let is_word = WORDS.contains(&name.as_str()) && token.kind == TokenKind::Word;
        if !is_call && !is_type && !is_word && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() == 1 { names } else { Vec::new() }
}

/// Whether the words of a constraint end in NOT VALID or NOT ENFORCED: nothing is checked.
fn is_unchecked(text: &str) -> bool {
    let mut words = text.split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    ["valid", "enforced"].iter().any(|word| last.eq_ignore_ascii_case(word))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("not"))
}

/// A constraint that is checked in another version.
pub(super) fn unchecked(table: &Table<'_>, name: &str, text: &str) -> Vec<Step> {
    let add = format!("{} {}ADD CONSTRAINT {name} {text}", table.alter(), table.drop_of(name));
    let what = "add it without checking the rows that exist";
    if is_unchecked(text) {
        return vec![Step::sql(what, format!("{add};"))];
    }
    vec![Step::sql(what, format!("{add} NOT VALID;")), validate(table, name)]
}

/// A foreign key that is checked in another version.
pub(super) fn foreign_key(
    table: &Table<'_>,
    place: Place<'_>,
    name: &str,
    text: &str,
) -> Vec<Step> {
    match table.relation {
        Some(relation) if table.is_partitioned() && !is_unchecked(text) => {
            of_partitions(table, relation, place, name, text)
        }
        _ => unchecked(table, name, text),
    }
}

/// A foreign key of a partitioned table, which is never NOT VALID before PostgreSQL 18.
fn of_partitions(
    table: &Table<'_>,
    relation: &Relation,
    place: Place<'_>,
    name: &str,
    text: &str,
) -> Vec<Step> {
    let partitions = place.relations.partitions(relation).into_iter().map(|(_, one)| one);
    let leaves: Vec<&Relation> = partitions.filter(|one| one.kind == RelationKind::Table).collect();
    let lines = |line: &dyn Fn(String) -> String| -> String {
        let shown = leaves.iter().take(PARTITIONS).map(|leaf| line(leaf.sql()));
        shown.collect::<Vec<_>>().join("\n")
    };
    let others = if leaves.len() > PARTITIONS { ", also those that are not shown" } else { "" };
    let mut steps = Vec::new();
    if !leaves.is_empty() {
        steps.push(Step::sql(
            &format!("add it to each partition{others}, without checking the rows that exist"),
            lines(&|leaf| format!("ALTER TABLE {leaf} ADD CONSTRAINT {name} {text} NOT VALID;")),
        ));
        steps.push(Step::sql(
            "check them in another version, while others read and write",
            lines(&|leaf| format!("ALTER TABLE {leaf} VALIDATE CONSTRAINT {name};")),
        ));
    }
    steps.push(Step::sql(
        "then add it to the partitioned table, which takes over those of its partitions and checks nothing",
        format!("{} {}ADD CONSTRAINT {name} {text};", table.alter(), table.drop_of(name)),
    ));
    steps
}

/// The check of the rows, which lets others work.
pub(super) fn validate(table: &Table<'_>, name: &str) -> Step {
    Step::sql(
        "check them in another version, while others read and write",
        format!("{} VALIDATE CONSTRAINT {name};", table.alter()),
    )
}

/// A column that becomes NOT NULL without a scan of its own.
pub(super) fn not_null(table: &Table<'_>, column: &str) -> Vec<Step> {
    let name = table.own(&[column.trim_matches('"').to_owned()], "not_null");
    let alter = table.alter();
    let mut steps = unchecked(table, &name, &format!("CHECK ({column} IS NOT NULL)"));
    if let Some(first) = steps.first_mut() {
        first.text =
            String::from("add a constraint that says so, without checking the rows that exist");
    }
    steps.push(Step::sql(
        "then the constraint proves that no row is null, and nothing is scanned",
        format!("{alter} ALTER COLUMN {column} SET NOT NULL;\n{alter} DROP CONSTRAINT {name};"),
    ));
    steps
}

/// The columns in the parentheses at a place, unquoted.
fn columns(statement: &Words<'_>, open: usize) -> Vec<String> {
    let close = statement.behind_parentheses(open);
    (open..close).filter_map(|at| statement.name(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_named_by_its_only_column() {
        let check = |condition: &str, expected: Option<&str>| {
            assert_eq!(only_column(condition).first().map(String::as_str), expected, "{condition}");
        };
        check("CHECK (n <> 5003)", Some("n"));
        check("CHECK (lower(mail) = mail AND mail <> '')", Some("mail"));
        check("CHECK (\"Kind\" IN ('a', 'b') OR \"Kind\"::text IS NULL)", Some("Kind"));
        check("CHECK (a < b)", None);
        check("CHECK (now() > '2020-01-01')", None);
    }
}
