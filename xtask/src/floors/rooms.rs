//! The list of rooms of each crate: files, lines, and the arrows between them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::arrows::{arrows, room};
use super::circles::circles;
use super::table::CRATES;
use super::tree::Tree;

/// The list, for a person.
///
/// # Errors
///
/// A sentence that names the file that cannot be read.
pub(crate) fn rooms(root: &Path) -> Result<String, String> {
    let mut text = String::new();
    for sources in CRATES {
        let tree = Tree::read(&root.join(sources))?;
        let arrows = arrows(&tree);
        let mut rooms: BTreeMap<&str, (usize, usize, BTreeMap<&str, usize>)> = BTreeMap::new();
        for (file, lines) in &tree.lines {
            let entry = rooms.entry(room(file)).or_default();
            entry.0 += 1;
            entry.1 += lines;
        }
        for arrow in arrows.iter().filter(|arrow| arrow.user_room() != arrow.used_room()) {
            let entry = rooms.entry(arrow.user_room()).or_default();
            *entry.2.entry(arrow.used_room()).or_default() += 1;
        }
        let total: usize = tree.lines.values().sum();
        let _ = writeln!(text, "{sources}: {} files, {total} lines", tree.lines.len());
        for (name, (files, lines, to)) in rooms {
            let to: Vec<String> = to.iter().map(|(to, count)| format!("{to} {count}")).collect();
            let _ = writeln!(text, "  {name:<12} {files:>3} {lines:>6}  → {}", to.join(", "));
        }
        let circles = circles(&arrows);
        let sizes: Vec<String> = circles.iter().map(|c| c.files.len().to_string()).collect();
        let _ = writeln!(text, "  circles: {} ({} files)\n", circles.len(), sizes.join(", "));
    }
    Ok(text)
}
