//! The result of [`mend`](super::mend): statements in order, each with the differences that it serves.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::guarded::{guarded, unless_of_constraint};
use crate::catalog::Difference;
use crate::sql::{TokenKind, tokens, with_needs_of_rows};

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The statement, without a semicolon at its end. Lines that begin with `--` before it say what is lost.
    pub sql: String,
    /// The numbers of the differences (in the list that [`mend`](super::mend) was given) that it serves.
    pub serves: BTreeSet<usize>,
}

/// A difference for which no statement is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmended {
    /// The number of the difference.
    pub difference: usize,
    /// The reason.
    pub why: String,
}

/// The statements that turn the actual catalog into the expected one.
///
/// They are to run one by one, in order, with the home schema first on `search_path`, by the role as
/// which the actual catalog was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The statements in order.
    pub steps: Vec<Step>,
    /// The differences that no statement serves, and why.
    pub unmended: Vec<Unmended>,
}

impl Plan {
    /// The statements that serve one difference, in order.
    pub fn serving(&self, difference: usize) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.serves.contains(&difference))
    }

    /// Returns true if a statement loses rows or values; such a statement begins with a comment line that says so.
    pub fn loses_data(&self) -> bool {
        self.steps.iter().any(|step| step.sql.starts_with("--"))
    }

    /// The same plan for a script that runs on databases that have the change as well as on those that have not.
    #[must_use]
    pub fn guarded(self) -> Plan {
        let adds: Vec<&str> = self.steps.iter().map(|step| step.sql.as_str()).collect();
        let becomes_constraint = |sql: &str| {
            let index = sql.strip_prefix("DROP INDEX ")?;
            let name = index.rsplit('.').next().unwrap_or(index);
            let add = format!(" ADD CONSTRAINT {name} ");
            adds.iter().any(|sql| sql.contains(&add)).then(|| unless_of_constraint(sql)).flatten()
        };
        let guard = |step: &Step| {
            let sql = becomes_constraint(&step.sql).unwrap_or_else(|| guarded(&step.sql));
            Step { sql, ..step.clone() }
        };
        Plan { steps: self.steps.iter().map(guard).collect(), unmended: self.unmended }
    }

    /// [`script`](Self::script), with a comment for each of `differences` (those that [`mend`](super::mend) was given) that no
    /// statement serves. `None` where there is no statement.
    pub(crate) fn whole_script(&self, differences: &[Difference]) -> Option<String> {
        (!self.steps.is_empty()).then(|| self.script() + &self.by_hand(differences))
    }

    /// A comment for each of `differences` that no statement serves.
    pub fn by_hand(&self, differences: &[Difference]) -> String {
        let line = |open: &Unmended| {
            let object = differences.get(open.difference).map(|one| one.object.to_string());
            format!("-- Write by hand: {}: {}\n", object.unwrap_or_default(), open.why)
        };
        self.unmended.iter().map(line).collect()
    }

    /// All statements as the text of a migration: [`script`](Self::script), with a comment before each statement that fails
    /// on some rows, which says what these need.
    pub fn migration(&self) -> String {
        with_needs_of_rows(&self.script())
    }

    /// All statements as one text, each with a semicolon.
    ///
    /// A new label of an enum cannot be used in the transaction that adds it: where a later statement does, a comment before the
    /// `ADD VALUE` says so.
    pub fn script(&self) -> String {
        let mut out = String::new();
        for (number, step) in self.steps.iter().enumerate() {
            if let Some(label) = new_label(&step.sql)
                && self.steps[number + 1..].iter().any(|later| uses(&later.sql, label))
            {
                out.push_str(&format!(
                    "{APART}: no transaction can use {label} that has added it, and a statement below does\n"
                ));
            }
            out.push_str(&step.sql);
            out.push_str(";\n");
        }
        out
    }
}

/// How the comment begins before a statement that cannot stand in one transaction with those below.
pub const APART: &str = "-- in a version of its own";

/// The literal of the label that a statement adds to an enum.
fn new_label(sql: &str) -> Option<&str> {
    let (head, rest) = sql.split_once(" ADD VALUE ")?;
    let rest = rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest);
    if !head.starts_with("ALTER TYPE ") || !rest.starts_with('\'') {
        return None;
    }
    // A quote within is doubled.
    let mut end = 1;
    loop {
        end += rest[end..].find('\'')? + 1;
        if !rest[end..].starts_with('\'') {
            return Some(&rest[..end]);
        }
        end += 1;
    }
}

/// Whether a statement has a value with this literal, as the server writes one: with its type, or in an array of such.
fn uses(sql: &str, literal: &str) -> bool {
    let label = &literal[1..literal.len() - 1];
    let in_array = |text: &str| {
        let elements = text.strip_prefix("'{").and_then(|text| text.strip_suffix("}'"));
        elements.is_some_and(|elements| {
            let mut elements = elements.split(',');
            elements.any(|one| one.trim_matches(['{', '}', '"', ' ']) == label)
        })
    };
    sql.match_indices(literal).any(|(at, _)| sql[at + literal.len()..].starts_with("::"))
        || tokens(sql).any(|token| token.kind == TokenKind::String && in_array(token.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(statements: &[&str], commented: bool) {
        let steps =
            statements.iter().map(|sql| Step { sql: (*sql).to_owned(), serves: BTreeSet::new() });
        let plan = Plan { steps: steps.collect(), unmended: Vec::new() };
        assert_eq!(
            plan.script().contains("in a version of its own"),
            commented,
            "{}",
            plan.script()
        );
    }

    #[test]
    fn a_label_that_a_later_statement_uses_is_told() {
        let default = "ALTER TABLE t ALTER COLUMN s SET DEFAULT 'it''s'::st";
        check(&["ALTER TYPE st ADD VALUE 'it''s' AFTER 'new'", default], true);
        check(&["ALTER TYPE st ADD VALUE 'it''s'", default], true);
        check(&["ALTER TYPE st ADD VALUE IF NOT EXISTS 'it''s'", default], true);
        let array = "ALTER TABLE t ALTER COLUMN s SET DEFAULT '{old,new}'::st[]";
        check(&["ALTER TYPE st ADD VALUE 'new'", array], true);
        check(&["ALTER TYPE st ADD VALUE 'ne'", array], false);
        check(&["ALTER TYPE st ADD VALUE 'new'", default], false);
        check(&[default, "ALTER TYPE st ADD VALUE 'it''s'"], false);
        check(&["ALTER TYPE st ADD VALUE 'a'", "ALTER TYPE st ADD VALUE 'b' AFTER 'a'"], false);
    }
}
