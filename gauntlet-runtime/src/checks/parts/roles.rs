//! Findings about roles that a down leaves on the server.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::history::Migration;
use crate::names::quote_ident;

const GLOBAL: &str = "a role belongs to the whole server, and stays when this database is dropped";

/// A finding for the roles that a down does not drop. They outlive their database, so its catalog does not have them.
pub(in crate::checks) fn roles_left(
    migration: &Migration,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Option<Finding> {
    let (names, drops) = left(before, after)?;
    let title = format!("the down of {} leaves {names} on the server", migration.version());
    let finding = Finding::failure("role_left", title).at_down(migration);
    Some(finding.fact(GLOBAL).help_sql("add to the down script", drops))
}

/// A finding for the roles that the way down from head does not drop.
pub(in crate::checks) fn roles_left_at_all(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Option<Finding> {
    let (names, drops) = left(before, after)?;
    let title = format!("the way down from head leaves {names} on the server");
    let finding = Finding::failure("role_left", title).fact(GLOBAL);
    Some(finding.help_sql("add to one of the down scripts", drops))
}

/// Names and statements.
fn left(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Option<(String, String)> {
    let left: Vec<&String> = after.difference(before).collect();
    let names: Vec<String> = left.iter().map(|role| format!("role {role}")).collect();
    let drops: Vec<String> =
        left.iter().map(|role| format!("DROP ROLE {};", quote_ident(role))).collect();
    (!left.is_empty()).then(|| (names.join(", "), drops.join("\n")))
}
