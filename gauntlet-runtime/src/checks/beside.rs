//! Findings of `stairway` and `downgrade_all_the_way` about what no catalog shows: time, and roles.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::migrations::{Migration, Version};
use crate::names::quote_ident;
use crate::report::Finding;
use crate::suite::{Context, Overrun};

/// The budgets that a walk from base to head has passed; `ups` are the first ups of all versions.
pub(super) fn over_budget(cx: &Context<'_>, ups: &[(Version, Duration)]) -> Vec<Finding> {
    let single = ups.iter().filter_map(|(version, took)| cx.plan().passed_by(version, *took));
    let whole = cx.plan().passed_by_all(ups);
    single.chain(whole).map(|overrun| finding(cx, &overrun)).collect()
}

fn finding(cx: &Context<'_>, overrun: &Overrun) -> Finding {
    let mut finding = Finding::failure("over_budget", overrun.title());
    let history = cx.history();
    let at = overrun.version.as_ref().and_then(|version| history.index_of(version.number));
    if let Some(migration) = at.map(|at| &history.migrations()[at]) {
        finding = finding.at_up(migration);
    }
    finding.facts = overrun.lines();
    finding.help("make it faster, or give it more time with `budget`")
}

const GLOBAL: &str =
    "a role belongs to all databases of a server, and stays when this one is dropped";

/// The roles that a down has not taken back. They outlive their database, so they are no part of its catalog.
pub(super) fn roles_left(
    migration: &Migration,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Option<Finding> {
    let (names, drops) = left(before, after)?;
    let title = format!("the down of {} leaves {names} on the server", migration.version());
    let finding = Finding::failure("role_left", title).at_down(migration);
    Some(finding.fact(GLOBAL).help_code("add to the down script", drops))
}

/// The roles that the way down has not taken back.
pub(super) fn roles_left_at_all(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Option<Finding> {
    let (names, drops) = left(before, after)?;
    let title = format!("the way down from head leaves {names} on the server");
    let finding = Finding::failure("role_left", title).fact(GLOBAL);
    Some(finding.help_code("what a down would have to add", drops))
}

/// Names and statements.
fn left(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Option<(String, String)> {
    let left: Vec<&String> = after.difference(before).collect();
    let names: Vec<String> = left.iter().map(|role| format!("role {role}")).collect();
    let drops: Vec<String> =
        left.iter().map(|role| format!("DROP ROLE {};", quote_ident(role))).collect();
    (!left.is_empty()).then(|| (names.join(", "), drops.join("\n")))
}
