//! What the floors forbid, in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::arrows::{Arrow, arrows, room};
use super::circles::circles;
use super::owners::strangers;
use super::table::{CRATES, FLOORS, Floors};
use super::tree::Tree;
use super::words::loud;

/// Checks all crates of the workspace.
///
/// # Errors
///
/// What is wrong, one line each.
pub(crate) fn check(root: &Path) -> Result<String, String> {
    let mut wrong = Vec::new();
    let mut files = 0;
    for sources in CRATES.iter().filter(|sources| root.join(sources).exists()) {
        let tree = Tree::read(&root.join(sources))?;
        let arrows = arrows(&tree);
        files += tree.lines.len();
        if let Some(floors) = FLOORS.iter().find(|floors| floors.sources == *sources) {
            wrong.extend(upwards(floors, &tree, &arrows));
        }
        wrong.extend(rounds(sources, &arrows));
        wrong.extend(loud(sources, &tree));
        wrong.extend(strangers(sources, &tree));
    }
    if wrong.is_empty() {
        return Ok(format!(
            "{files} files: no import goes up, no circle, nothing prints below the front"
        ));
    }
    Err(wrong.join("\n"))
}

/// The imports that go up, and rooms without a floor.
pub(super) fn upwards(floors: &Floors, tree: &Tree, arrows: &[Arrow]) -> Vec<String> {
    let floor = |room: &str| floors.floors.iter().position(|rooms| rooms.contains(&room));
    let sources = floors.sources;
    let rooms: BTreeSet<&str> = tree.lines.keys().map(|file| room(file)).collect();
    let mut wrong: Vec<String> = rooms
        .iter()
        .filter(|room| !matches!(**room, "lib" | "main") && floor(room).is_none())
        .map(|room| format!("{sources}/{room}: has no floor in the table of floors"))
        .collect();
    for arrow in arrows {
        let (from, to) = (arrow.user_room(), arrow.used_room());
        let (Some(from_floor), Some(to_floor)) = (floor(from), floor(to)) else { continue };
        if to_floor >= from_floor {
            continue;
        }
        wrong.push(format!(
            "{sources}/{}:{}: `{from}` uses `{to}` ({}), which is on a floor above it",
            arrow.from, arrow.line, arrow.to
        ));
    }
    wrong
}

/// The circles of files.
pub(super) fn rounds(sources: &str, arrows: &[Arrow]) -> Vec<String> {
    let mut wrong = Vec::new();
    for circle in circles(arrows) {
        let rooms: Vec<&str> = circle.rooms().into_iter().collect();
        let (count, rooms) = (circle.files.len(), rooms.join(", "));
        let mut text = format!("{sources}: a circle of {count} files in {rooms}; one way round:");
        for Arrow { from, line, to, .. } in &circle.way {
            let _ = write!(text, "\n  {sources}/{from}:{line} uses {to}");
        }
        wrong.push(text);
    }
    wrong
}
