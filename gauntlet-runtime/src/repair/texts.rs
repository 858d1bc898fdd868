//! All texts of a catalog in one, to find the few objects that may need another one without reading each.

use crate::catalog::write::names::signature;
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The texts of a catalog.
pub(super) struct Texts<'a> {
    /// All texts in lower case, an object after the other.
    all: String,
    /// The objects, with the end of the texts of each.
    ends: Vec<(usize, &'a ObjectId)>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        let mut all = String::new();
        let mut ends = Vec::new();
        for (id, object) in &catalog.objects {
            for text in texts(id, object) {
                // An unquoted name may stand in any case.
                if text.is_ascii() {
                    let start = all.len();
                    all.push_str(text);
                    all[start..].make_ascii_lowercase();
                } else {
                    all.push_str(&text.to_lowercase());
                }
                all.push('\n');
            }
            ends.push((all.len(), id));
        }
        Self { all, ends }
    }

    /// The objects that may need `id`: all that do, and some that do not.
    pub(super) fn that_may_need(&self, catalog: &'a Catalog, id: &ObjectId) -> Vec<&'a ObjectId> {
        let words = match words(id) {
            Some(words) if !self.all.contains("u&\"") => words,
            _ => return catalog.objects.keys().collect(),
        };
        let mut found = Vec::new();
        for word in words {
            let mut from = 0;
            while let Some(at) = self.all[from..].find(&word) {
                let object = self.ends.partition_point(|(end, _)| *end <= from + at);
                let (end, other) = self.ends[object];
                found.push(other);
                // Once is enough.
                from = end;
            }
        }
        let silent =
            catalog.objects.iter().filter(|(other, object)| needs_in_silence(other, object, id));
        found.extend(silent.map(|(id, _)| id));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The texts in which an object names what it needs.
fn texts<'a>(id: &'a ObjectId, object: &'a Object) -> impl Iterator<Item = &'a str> {
    let values = object.attributes.iter().chain(object.facts.iter()).flat_map(|(name, value)| {
        std::iter::once(name).chain(value.as_list().iter().map(String::as_str))
    });
    [Some(id.name.as_str()), id.parent.as_deref()].into_iter().flatten().chain(values)
}

/// Words of which one stands in the texts of whatever needs `id`, in lower case; none, if that is not so.
fn words(id: &ObjectId) -> Option<Vec<String>> {
    let names = match id.kind {
        Kind::Table
        | Kind::View
        | Kind::MaterializedView
        | Kind::ForeignTable
        | Kind::Column
        | Kind::Sequence
        | Kind::Enum
        | Kind::Domain
        | Kind::CompositeType => vec![id.name.as_str()],
        Kind::Function | Kind::Procedure => vec![signature(&id.name).0],
        // A foreign key needs a key of the table that it names, a view that of one that it groups.
        Kind::Constraint | Kind::Index => vec![id.name.as_str(), id.parent.as_deref()?],
        _ => return None,
    };
    // Others stand in texts in another way than in the catalog.
    let plain = |name: &&str| name.is_ascii() && !name.contains(['"', '\'', '\\', '\n']);
    let all = names.iter().all(plain) && names.iter().all(|name| !name.is_empty());
    all.then(|| names.into_iter().map(str::to_lowercase).collect())
}

/// Returns true if an object may need `id` without a text that says so.
fn needs_in_silence(other: &ObjectId, object: &Object, id: &ObjectId) -> bool {
    match other.kind {
        // While it is invalid, it needs the partitions of its table.
        Kind::Index => id.kind == Kind::Table && object.has("invalid"),
        _ => false,
    }
}
