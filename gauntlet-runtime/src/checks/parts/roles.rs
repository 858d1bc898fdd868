//! Findings about what a down leaves on the server: roles, their settings, attributes and memberships, tablespaces.

use std::collections::BTreeSet;

use crate::finding::{Fact, Finding};
use crate::history::Migration;
use crate::stage::ServerThing;

/// A finding for the roles, and whatever else of the server, that a down does not take back. They outlive their database, so
/// its catalog does not have them.
pub(in crate::checks) fn roles_left(
    migration: &Migration,
    before: &BTreeSet<ServerThing>,
    after: &BTreeSet<ServerThing>,
) -> Option<Finding> {
    let Left { kind, does, fact, undo } = left(before, after)?;
    let title = format!("the down of {} {does}", migration.version());
    let finding = Finding::failure(kind, title).at_down(migration);
    Some(
        finding
            .fact(fact)
            .help_sql("add to the down script, which may be edited even if it has shipped", undo),
    )
}

/// A finding for what the way down from head leaves on the server.
pub(in crate::checks) fn roles_left_at_all(
    before: &BTreeSet<ServerThing>,
    after: &BTreeSet<ServerThing>,
) -> Option<Finding> {
    let Left { kind, does, fact, undo } = left(before, after)?;
    let title = format!("the way down from head {does}");
    let finding = Finding::failure(kind, title).fact(fact);
    Some(finding.help_sql("add to one of the down scripts", undo))
}

/// The SQL that takes back what has come to the server, and brings back what has gone.
pub(in crate::checks) fn undo(
    before: &BTreeSet<ServerThing>,
    after: &BTreeSet<ServerThing>,
) -> Option<String> {
    left(before, after).map(|left| left.undo)
}

/// What a way down leaves on the server.
struct Left {
    kind: &'static str,
    /// What the way down does: `leaves role app on the server`.
    does: String,
    fact: Fact,
    undo: String,
}

fn left(before: &BTreeSet<ServerThing>, after: &BTreeSet<ServerThing>) -> Option<Left> {
    let left: Vec<&ServerThing> = after
        .difference(before)
        // They go with their role.
        .filter(|thing| {
            thing.roles().all(|role| {
                let role = ServerThing::Role(role.clone());
                before.contains(&role) || !after.contains(&role)
            })
        })
        .collect();
    // What has another value now is among those that are left.
    let is_there = |thing: &ServerThing| after.iter().any(|t| t.to_string() == thing.to_string());
    let lost: Vec<&ServerThing> = before
        .difference(after)
        .filter(|thing| thing.restoration().is_some() && !is_there(thing))
        .filter(|thing| {
            thing.roles().all(|role| {
                let role = ServerThing::Role(role.clone());
                !before.contains(&role) || after.contains(&role)
            })
        })
        .collect();
    if left.is_empty() && lost.is_empty() {
        return None;
    }
    let names = |things: &[&ServerThing]| {
        let name = |thing: &&ServerThing| match thing {
            ServerThing::Role(_) | ServerThing::Tablespace(_) => thing.to_string(),
            _ => format!("the {thing}"),
        };
        things.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let does = match (&left[..], &lost[..]) {
        (left, []) => format!("leaves {} on the server", names(left)),
        ([], lost) => format!("does not restore {} on the server", names(lost)),
        (left, lost) => {
            format!("leaves {} on the server and does not restore {}", names(left), names(lost))
        }
    };
    let undo: Vec<String> = left
        .iter()
        .map(|thing| thing.undo(before))
        .chain(lost.iter().filter_map(|thing| thing.restoration()))
        .map(|statement| format!("{statement};"))
        .collect();
    let only_roles =
        lost.is_empty() && left.iter().all(|thing| matches!(thing, ServerThing::Role(_)));
    let (kind, fact) = if only_roles {
        ("role_left", "a role belongs to the whole server, and stays when this database is dropped")
    } else if lost.is_empty() {
        (
            "left_on_server",
            "this belongs to the whole server, and stays when this database is dropped",
        )
    } else {
        ("left_on_server", "this belongs to the whole server, and is the same in all its databases")
    };
    Some(Left { kind, does, fact: fact.into(), undo: undo.join("\n") })
}
