//! The address book of a catalog: which object has which row of `pg_catalog`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::ordered::sort;
use crate::catalog::{Address, Catalog, ObjectId};

/// The address of an object: catalog table, `oid`, column number or 0.
pub(in crate::catalog) type Place = (&'static str, u32, i32);

/// An object that others hang on: its catalog table and `oid`.
pub(in crate::catalog) type Root = (&'static str, u32);

/// The objects by their addresses. Rows mention each other by `oid`; names are found here.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Addresses {
    /// The object at an address, and the prefix of what is attached to it there.
    pub(in crate::catalog) addresses: HashMap<Place, (Arc<ObjectId>, &'static str)>,
    /// The addresses that were learnt with each root.
    roots: HashMap<Root, Vec<Place>>,
    /// The relations of each name, whatever their schema.
    relations: HashMap<String, Vec<u32>>,
}

impl Addresses {
    /// Forgets a root with all that hangs on it.
    pub(in crate::catalog) fn forget(&mut self, root: Root) {
        for place in self.roots.remove(&root).unwrap_or_default() {
            let Some((id, _)) = self.addresses.remove(&place) else { continue };
            if id.kind.is_relation()
                && let Some(relations) = self.relations.get_mut(&id.name)
            {
                relations.retain(|relation| *relation != root.1);
            }
        }
    }

    /// The relations of a name, whatever their schema.
    pub(in crate::catalog) fn relations(&self, name: &str) -> &[u32] {
        self.relations.get(name).map_or(&[], Vec::as_slice)
    }

    /// The objects that hang on a root, itself among them, each with its address.
    pub(in crate::catalog) fn members(
        &self,
        root: Root,
    ) -> impl Iterator<Item = (Place, &ObjectId)> {
        self.roots.get(&root).into_iter().flatten().filter_map(|place| {
            let (id, prefix) = self.addresses.get(place)?;
            prefix.is_empty().then_some((*place, &**id))
        })
    }

    /// The `oid`s of all that was learnt with a root: of its objects, and of what else bears what is attached to them.
    pub(in crate::catalog) fn oids(&self, root: Root) -> impl Iterator<Item = u32> {
        self.roots.get(&root).into_iter().flatten().map(|(_, oid, _)| *oid)
    }

    /// The object at an address.
    pub(in crate::catalog) fn at(&self, place: Place) -> Option<&ObjectId> {
        self.addresses.get(&place).map(|(id, _)| &**id)
    }

    /// The column of a relation with this number, which is never 0.
    pub(in crate::catalog) fn column(&self, relation: u32, number: i32) -> Option<&ObjectId> {
        if number == 0 { None } else { self.at(("pg_class", relation, number)) }
    }

    /// The numbers of the columns of a relation, ascending.
    pub(in crate::catalog) fn columns(&self, relation: u32) -> Vec<i32> {
        let places = self.roots.get(&("pg_class", relation)).into_iter().flatten();
        let mut numbers: Vec<i32> = places
            .filter(|(class, oid, number)| *class == "pg_class" && *oid == relation && *number > 0)
            .map(|(.., number)| *number)
            .collect();
        sort(&mut numbers);
        numbers
    }

    /// All roots, in no order.
    pub(in crate::catalog) fn roots(&self) -> impl Iterator<Item = Root> {
        self.roots.keys().copied()
    }

    /// The addresses of a catalog that was read before.
    pub(in crate::catalog) fn of(catalog: &Catalog) -> Self {
        let mut index = Self::default();
        for (id, object) in &catalog.objects {
            if let Some(Address { class, oid, sub, root_class, root }) = object.address {
                index.learn((root_class, root), (class, oid, sub), Arc::new(id.clone()), "");
            }
        }
        index
    }

    pub(in crate::catalog) fn learn(
        &mut self,
        root: Root,
        place: Place,
        id: Arc<ObjectId>,
        prefix: &'static str,
    ) {
        let relation = (id.kind.is_relation() && prefix.is_empty()).then(|| id.name.clone());
        if self.addresses.insert(place, (id, prefix)).is_none() {
            self.roots.entry(root).or_default().push(place);
            if let Some(name) = relation {
                self.relations.entry(name).or_default().push(root.1);
            }
        }
    }
}
