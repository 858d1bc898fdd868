//! Names that objects have exchanged: one of them has to step aside before the others can take theirs.

use super::operations::share_names;
use crate::catalog::ordered::Map;
use crate::catalog::{Catalog, Change, Difference, Kind, ObjectId};
use crate::names::{MAX_IDENTIFIER_BYTES, truncate_ident};

/// For each circle of names, one of its objects, by expected identity, with a name that nobody has.
pub(super) fn asides(
    expected: &Catalog,
    actual: &Catalog,
    differences: &[Difference],
) -> Map<ObjectId, String> {
    let renamed: Vec<(&ObjectId, &str)> = differences
        .iter()
        .filter_map(|difference| match &difference.change {
            // Of a function, the name stands before its arguments.
            Change::Renamed(old) if !old.contains('(') => Some((&difference.object, old.as_str())),
            _ => None,
        })
        .collect();
    // The renamed object that has the name which this one is to get.
    let holder = |id: &ObjectId| {
        renamed.iter().copied().find(|(other, old)| {
            let there = ObjectId { name: (*old).to_owned(), ..(*other).clone() };
            // The keys of two tables are named in one space.
            let is_apart = there.parent != id.parent && id.kind != Kind::Constraint;
            there.schema == id.schema && !is_apart && share_names(&there, id)
        })
    };
    let mut out = Map::new();
    for (id, old) in &renamed {
        let mut circle = vec![*id];
        let mut next = holder(id);
        while let Some((other, _)) = next.filter(|(other, _)| !circle.contains(other)) {
            circle.push(other);
            next = holder(other);
        }
        let closed = next.is_some_and(|(other, _)| other == *id);
        if closed && circle.iter().min() == Some(id) {
            out.insert((*id).clone(), free_name(old, [expected, actual]));
        }
    }
    out
}

/// A name like this one that no object has.
fn free_name(name: &str, catalogs: [&Catalog; 2]) -> String {
    const SUFFIX: &str = "_aside";
    let mut suffix = SUFFIX.to_owned();
    loop {
        let free = format!("{}{suffix}", truncate_ident(name, MAX_IDENTIFIER_BYTES - suffix.len()));
        if catalogs.iter().all(|c| c.objects.keys().all(|id| id.name != free)) {
            return free;
        }
        suffix.push('_');
    }
}
