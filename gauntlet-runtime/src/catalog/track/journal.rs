//! The state before each step, so that any two moments since can be compared.

use std::collections::BTreeMap;

use crate::catalog::ordered::{Map, Set};
use crate::catalog::read::addresses::{Addresses, Root};
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The objects that hang on a root.
pub(super) type Members = Vec<(ObjectId, Object)>;

/// The objects on each root that a step changed, before that step. Empty for a root that did not exist.
pub(super) type Change = Map<Root, Members>;

/// The changes since a beginning. Moment 0 is the beginning, moment 1 the first look after it.
#[derive(Debug, Default)]
pub(super) struct Journal(pub(super) Vec<Change>);

impl Journal {
    /// The roots that changed between two moments.
    fn touched(&self, from: usize, to: usize) -> Set<Root> {
        let steps = self.0.get(from..to.min(self.0.len())).unwrap_or_default();
        steps.iter().flat_map(Map::keys).copied().collect()
    }

    /// The objects on a root at a moment.
    fn members(&self, moment: usize, root: Root, now: &Catalog, index: &Addresses) -> Members {
        let later = self.0.get(moment..).unwrap_or_default();
        match later.iter().find_map(|change| change.get(&root)) {
            Some(members) => members.clone(),
            None => of(now, index, root),
        }
    }

    /// The whole catalog at a moment.
    pub(super) fn whole(&self, moment: usize, now: &Catalog, index: &Addresses) -> Catalog {
        let mut catalog = now.clone();
        let touched = self.touched(moment, self.0.len());
        for root in &touched {
            for (_, id) in index.members(*root) {
                catalog.objects.remove(id);
            }
        }
        for root in touched {
            catalog.objects.extend(self.members(moment, root, now, index));
        }
        catalog
    }

    /// Two moments, each with all that hangs on what changed between them and with what a comparison needs to know
    /// beside that: comparing the two comes to the same as comparing the whole catalogs.
    pub(super) fn pair(
        &self,
        (from, to): (usize, usize),
        now: &Catalog,
        index: &Addresses,
    ) -> (Catalog, Catalog) {
        let touched = self.touched(from, to);
        let at = |moment| {
            let mut part = Catalog { objects: BTreeMap::new(), ..shell(now) };
            for root in &touched {
                part.objects.extend(self.members(moment, *root, now, index));
            }
            part
        };
        let (mut before, mut after) = (at(from), at(to));
        // A sequence whose table is not there would seem to have gone with it.
        let here: Set<String> = [&before, &after]
            .into_iter()
            .flat_map(tables)
            .map(|(id, _)| id.qualified_name())
            .collect();
        let owners: Set<String> = [&before, &after]
            .into_iter()
            .flat_map(|part| part.objects.values())
            .filter_map(|object| object.fact("owned_by_table").map(str::to_owned))
            .filter(|owner| !here.contains(owner))
            .collect();
        if !owners.is_empty() {
            for (id, object) in tables(now) {
                let Some(address) = object.address else { continue };
                let root = (address.root_class, address.root);
                if owners.contains(&id.qualified_name()) && !touched.contains(&root) {
                    before.objects.extend(self.members(from, root, now, index));
                    after.objects.extend(self.members(to, root, now, index));
                }
            }
        }
        // Nor has a user mapping gone with its server.
        let maps = |part: &Catalog| part.of_kind(Kind::UserMapping).next().is_some();
        if maps(&before) || maps(&after) {
            for (_, object) in now.of_kind(Kind::Server) {
                let Some(address) = object.address else { continue };
                let root = (address.root_class, address.root);
                if !touched.contains(&root) {
                    before.objects.extend(self.members(from, root, now, index));
                    after.objects.extend(self.members(to, root, now, index));
                }
            }
        }
        (before, after)
    }
}

/// The objects that hang on a root now.
pub(super) fn of(now: &Catalog, index: &Addresses, root: Root) -> Members {
    let member = |id: &ObjectId| Some((id.clone(), now.objects.get(id)?.clone()));
    index.members(root).filter_map(|(_, id)| member(id)).collect()
}

/// The relations that may own sequences.
fn tables(catalog: &Catalog) -> impl Iterator<Item = (&ObjectId, &Object)> {
    [Kind::Table, Kind::ForeignTable].into_iter().flat_map(|kind| catalog.of_kind(kind))
}

/// All but the objects.
fn shell(catalog: &Catalog) -> Catalog {
    Catalog {
        server_version: catalog.server_version,
        home: catalog.home.clone(),
        objects: BTreeMap::new(),
        not_compared: catalog.not_compared.clone(),
    }
}
