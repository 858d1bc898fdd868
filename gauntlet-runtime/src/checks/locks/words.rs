//! The words of the findings.

use crate::stage::{Blocks, Held, Relation, RelationKind};

/// How many relations a line names.
const NAMED: usize = 3;

/// `table a, table b and 3 more`.
pub(super) fn list(relations: &[&Relation]) -> String {
    let shown = if relations.len() > NAMED + 1 { NAMED } else { relations.len() };
    let mut names: Vec<String> = relations[..shown].iter().map(ToString::to_string).collect();
    if relations.len() > shown {
        return format!("{} and {} more", names.join(", "), relations.len() - shown);
    }
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => String::new(),
    }
}

/// Locks of one mode by one statement: `ACCESS EXCLUSIVE on table users: reads and writes wait`.
pub(super) fn locks(held: &[&Held]) -> String {
    let Some(first) = held.first() else { return String::new() };
    let relations: Vec<&Relation> = held.iter().map(|held| &held.relation).collect();
    let index = match &first.index {
        Some(index) if held.len() == 1 => format!("{index} of "),
        _ => String::new(),
    };
    let blocks = blocks(first).map_or("nothing", Blocks::words);
    let wait = if blocks == "nothing" { "waits" } else { "wait" };
    format!("{} on {index}{}: {blocks} {wait}", first.mode.words(), list(&relations))
}

/// What waits for a lock. Nobody writes to a view or a materialized view, except for what refreshes it.
pub(super) fn blocks(held: &Held) -> Option<Blocks> {
    let blocks = held.mode.blocks()?;
    match held.relation.kind {
        RelationKind::MaterializedView | RelationKind::View if blocks == Blocks::Writes => None,
        _ => Some(blocks),
    }
}
