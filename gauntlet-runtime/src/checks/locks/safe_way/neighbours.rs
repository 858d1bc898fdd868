//! Statements that are slow under the lock of an earlier one.

use super::Step;
use crate::checks::locks::statement::Words;

const VIEW: [&str; 3] = ["drop", "materialized", "view"];

/// The way for a statement that depends on what stands before it, so that it cannot move to a version of its own.
pub(in crate::checks::locks) fn among(
    earlier: &[Words<'_>],
    statement: &Words<'_>,
) -> Option<Vec<Step>> {
    swap(earlier, statement).or_else(|| Some(vec![without_triggers(earlier, statement)?]))
}

/// A materialized view that takes the place of one that is dropped before: it is built beside that one.
fn swap(earlier: &[Words<'_>], statement: &Words<'_>) -> Option<Vec<Step>> {
    if !statement.begin(&["create", "materialized", "view"]) {
        return None;
    }
    let at = statement.behind_if(3);
    let name = statement.relation_name(at)?;
    let drops = |words: &Words<'_>| {
        let from = words.behind_if(3);
        words.begin(&VIEW)
            && words
                .parts(from)
                .iter()
                .any(|(at, _)| words.relation_name(*at).as_ref() == Some(&name))
    };
    earlier.iter().find(|words| drops(words))?;
    let (old, behind) = statement.relation(at)?;
    let new = match old.strip_suffix('"') {
        Some(open) => format!("{open}_new\""),
        None => format!("{old}_new"),
    };
    let own = statement.span(behind - 1, behind);
    let rest = statement.span(behind, statement.len());
    Some(vec![
        Step::sql(
            "build it beside the old one, with its indexes and rights",
            format!("CREATE MATERIALIZED VIEW {new} {rest};"),
        ),
        Step::sql(
            "then let it take the place of the old one, in the next version",
            format!(
                "DROP MATERIALIZED VIEW {old};\nALTER MATERIALIZED VIEW {new} RENAME TO {own};"
            ),
        ),
    ])
}

/// Rows that are changed while the triggers of their table are off.
fn without_triggers(earlier: &[Words<'_>], statement: &Words<'_>) -> Option<Step> {
    let at = if statement.begin(&["update"]) {
        1
    } else if statement.begin(&["delete", "from"]) || statement.begin(&["insert", "into"]) {
        2
    } else {
        return None;
    };
    let at = if statement.are(at, &["only"]) { at + 1 } else { at };
    let table = statement.relation_name(at)?;
    let switches = |words: &Words<'_>| {
        let of = words.behind_if(2);
        words.begin(&["alter", "table"])
            && words.outside(0).any(|at| words.are(at, &["disable", "trigger"]))
            && words.relation_name(of).as_ref() == Some(&table)
    };
    earlier.iter().find(|words| switches(words))?;
    Some(Step::text(
        "by itself it would fire the triggers that are off here: change the rows in batches outside of the migrations, where `SET session_replication_role = replica` switches them off for one session without a lock (a superuser may do that)",
    ))
}
