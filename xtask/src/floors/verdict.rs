//! What the floors forbid, in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::arrows::{Arrow, arrows, room};
use super::circles::{Circle, circles};
use super::owners::strangers;
use super::table::{CRATES, FLOORS, Floors, KNOWN_CIRCLES, KnownCircles};
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
        wrong.extend(rounds(sources, KNOWN_CIRCLES, &arrows));
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

/// The imports that go up, rooms without a floor, and known entries that no import needs.
pub(super) fn upwards(floors: &Floors, tree: &Tree, arrows: &[Arrow]) -> Vec<String> {
    let floor = |room: &str| floors.floors.iter().position(|rooms| rooms.contains(&room));
    let sources = floors.sources;
    let rooms: BTreeSet<&str> = tree.lines.keys().map(|file| room(file)).collect();
    let mut wrong: Vec<String> = rooms
        .iter()
        .filter(|room| !matches!(**room, "lib" | "main") && floor(room).is_none())
        .map(|room| format!("{sources}/{room}: has no floor in the table of floors"))
        .collect();
    let mut needed = BTreeSet::new();
    for arrow in arrows {
        let (from, to) = (arrow.user_room(), arrow.used_room());
        let (Some(from_floor), Some(to_floor)) = (floor(from), floor(to)) else { continue };
        if to_floor >= from_floor {
            continue;
        }
        if let Some(known) = floors.known.iter().find(|known| **known == (from, to)) {
            needed.insert(known);
            continue;
        }
        wrong.push(format!(
            "{sources}/{}:{}: `{from}` uses `{to}` ({}), which is on a floor above it",
            arrow.from, arrow.line, arrow.to
        ));
    }
    for known in floors.known.iter().filter(|known| !needed.contains(known)) {
        let (from, to) = known;
        wrong.push(format!(
            "{sources}: `{from}` no longer uses `{to}`: delete the entry in the table of floors"
        ));
    }
    wrong
}

/// The circles that are not known, and known entries without a circle.
pub(super) fn rounds(sources: &str, known: &[KnownCircles], arrows: &[Arrow]) -> Vec<String> {
    let mut wrong = Vec::new();
    let circles = circles(arrows);
    let known: Vec<&KnownCircles> = known.iter().filter(|k| k.sources == sources).collect();
    let covers = |known: &KnownCircles, circle: &Circle<'_>| {
        circle.rooms().iter().all(|room| known.rooms.contains(room))
    };
    let files = |known: &KnownCircles| {
        let of_it = circles.iter().filter(|circle| covers(known, circle));
        of_it.map(|circle| circle.files.len()).sum::<usize>()
    };
    for circle in &circles {
        if known.iter().any(|known| covers(known, circle) && files(known) <= known.files) {
            continue;
        }
        let rooms: Vec<&str> = circle.rooms().into_iter().collect();
        let (count, rooms) = (circle.files.len(), rooms.join(", "));
        let mut text = format!("{sources}: a circle of {count} files in {rooms}; one way round:");
        for Arrow { from, line, to, .. } in &circle.way {
            let _ = write!(text, "\n  {sources}/{from}:{line} uses {to}");
        }
        wrong.push(text);
    }
    for known in known.iter().filter(|known| files(known) == 0) {
        let rooms = known.rooms.join(", ");
        wrong.push(format!(
            "{sources}: no circle is left in {rooms}: delete the entry in the table of floors"
        ));
    }
    wrong
}
