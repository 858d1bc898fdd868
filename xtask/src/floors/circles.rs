//! Files that use each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::arrows::{Arrow, room};

/// Files of which each leads to each.
#[derive(Debug)]
pub(super) struct Circle<'a> {
    pub(super) files: BTreeSet<&'a str>,
    /// A shortest way round.
    pub(super) way: Vec<&'a Arrow>,
}

impl Circle<'_> {
    /// The rooms of its files.
    pub(super) fn rooms(&self) -> BTreeSet<&str> {
        self.files.iter().map(|file| room(file)).collect()
    }
}

/// The circles of a crate. What is only a re-export makes none.
pub(super) fn circles(arrows: &[Arrow]) -> Vec<Circle<'_>> {
    let mut out: BTreeMap<&str, Vec<&Arrow>> = BTreeMap::new();
    for arrow in arrows.iter().filter(|arrow| !arrow.reexport) {
        out.entry(&arrow.from).or_default().push(arrow);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        out.keys().map(|file| (*file, reach(file, &out))).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (file, reach) in &reached {
        if !reach.contains(file) || seen.contains(*file) {
            continue;
        }
        let back = |other: &&&str| reached.get(**other).is_some_and(|from| from.contains(file));
        let files: BTreeSet<&str> = reach.iter().filter(back).copied().collect();
        seen.extend(&files);
        let way = files.iter().filter_map(|start| shortest(start, &out)).min_by_key(Vec::len);
        found.push(Circle { files, way: way.unwrap_or_default() });
    }
    found
}

/// All files to which a file leads; itself only when it is in a circle.
fn reach<'a>(start: &str, out: &BTreeMap<&'a str, Vec<&'a Arrow>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(file) = waiting.pop() {
        for arrow in out.get(file).into_iter().flatten() {
            if reached.insert(arrow.to.as_str()) {
                waiting.push(&arrow.to);
            }
        }
    }
    reached
}

/// A shortest way from a file back to itself.
fn shortest<'a>(start: &str, out: &BTreeMap<&'a str, Vec<&'a Arrow>>) -> Option<Vec<&'a Arrow>> {
    let mut waiting = VecDeque::from([(start, Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((file, way)) = waiting.pop_front() {
        for arrow in out.get(file).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(*arrow);
            if arrow.to == start {
                return Some(longer);
            }
            if seen.insert(arrow.to.as_str()) {
                waiting.push_back((&arrow.to, longer));
            }
        }
    }
    None
}
