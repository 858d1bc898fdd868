//! Findings about what a down leaves on the server: roles, their settings, tablespaces.

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
    let Left { kind, names, fact, undo } = left(before, after)?;
    let title = format!("the down of {} leaves {names} on the server", migration.version());
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
    let Left { kind, names, fact, undo } = left(before, after)?;
    let title = format!("the way down from head leaves {names} on the server");
    let finding = Finding::failure(kind, title).fact(fact);
    Some(finding.help_sql("add to one of the down scripts", undo))
}

/// What a way down leaves on the server.
struct Left {
    kind: &'static str,
    names: String,
    fact: Fact,
    undo: String,
}

fn left(before: &BTreeSet<ServerThing>, after: &BTreeSet<ServerThing>) -> Option<Left> {
    let left: Vec<&ServerThing> = after
        .difference(before)
        // They go with their role.
        .filter(|thing| match thing {
            ServerThing::RoleSetting { role: Some(role), .. } => {
                let role = ServerThing::Role(role.clone());
                before.contains(&role) || !after.contains(&role)
            }
            _ => true,
        })
        .collect();
    if left.is_empty() {
        return None;
    }
    let names: Vec<String> = left
        .iter()
        .map(|thing| match thing {
            ServerThing::Role(_) | ServerThing::Tablespace(_) => thing.to_string(),
            _ => format!("the {thing}"),
        })
        .collect();
    let undo: Vec<String> = left.iter().map(|thing| format!("{};", thing.undo(before))).collect();
    let only_roles = left.iter().all(|thing| matches!(thing, ServerThing::Role(_)));
    let (kind, fact) = if only_roles {
        ("role_left", "a role belongs to the whole server, and stays when this database is dropped")
    } else {
        (
            "left_on_server",
            "this belongs to the whole server, and stays when this database is dropped",
        )
    };
    Some(Left { kind, names: names.join(", "), fact: fact.into(), undo: undo.join("\n") })
}
