//! The order of differences.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Difference;
use crate::catalog::ordered;
use crate::catalog::{Catalog, Kind, ObjectId};

/// Sorts: by kind in the order in which one would make the objects, but with all that hangs on a table at that table.
pub(super) fn sort(differences: &mut [Difference], expected: &Catalog, actual: &Catalog) {
    let mut places: HashMap<(Option<String>, String), Kind> = HashMap::new();
    for id in expected.objects.keys().chain(actual.objects.keys()) {
        if id.kind.is_relation() || id.kind == Kind::Domain || id.kind == Kind::Server {
            places.entry((id.schema.clone(), id.name.clone())).or_insert(id.kind);
        }
    }
    let root = |id: &ObjectId| -> (Kind, String) {
        match &id.parent {
            None => (id.kind, id.name.clone()),
            Some(parent) => {
                let key = (id.schema.clone(), parent.clone());
                (places.get(&key).copied().unwrap_or(id.kind), parent.clone())
            }
        }
    };
    ordered::sort_by(differences, &mut |a, b| {
        let (kind_a, name_a) = root(&a.object);
        let (kind_b, name_b) = root(&b.object);
        kind_a
            .cmp(&kind_b)
            .then_with(|| a.object.schema.cmp(&b.object.schema))
            .then_with(|| name_a.cmp(&name_b))
            .then_with(|| on_parent(&a.object, &b.object))
            .then_with(|| a.attribute.cmp(&b.attribute))
            .then_with(|| a.cmp(b))
    });
}

/// The parent itself first, then what hangs on it by kind and name.
fn on_parent(a: &ObjectId, b: &ObjectId) -> Ordering {
    (a.parent.is_some(), a.kind, &a.name).cmp(&(b.parent.is_some(), b.kind, &b.name))
}
