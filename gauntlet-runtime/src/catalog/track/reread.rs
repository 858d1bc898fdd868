//! Reads the roots again that a step may have changed, and finds out whether that is enough.

use std::collections::HashMap;

use super::counts::Written;
use super::journal::{Change, of};
use super::stale::Stale;
use super::statements::{Come, DEPENDENTS, NAMESAKES, needed};
use super::tracker::Tracker;
use crate::catalog::ordered::{Map, Set};
use crate::catalog::read::addresses::Root;
use crate::catalog::read::query::Arms;
use crate::catalog::{CatalogError, Object, ObjectId};
use crate::driver::{self, Oid};

impl Tracker {
    /// Reads these roots again; `written` rules out what cannot have been added. `None` when that is not enough.
    pub(super) async fn read_again(
        &mut self,
        stale: Stale,
        written: Option<&Written>,
    ) -> Result<Option<Change>, CatalogError> {
        let mut change = Change::new();
        let Stale {
            relations,
            types,
            routines,
            gone,
            described,
            letters: [relkinds, typtypes, prokinds],
            ..
        } = stale;
        for (class, roots, letters) in [
            ("pg_type", types, typtypes),
            ("pg_proc", routines, prokinds),
            ("pg_class", relations, relkinds),
        ] {
            let come = written.map(|written| Come { letters: &letters, written });
            if !roots.is_empty()
                && !self.read_roots((class, roots), &gone, (come, &described), &mut change).await?
            {
                self.put_back(change);
                return Ok(None);
            }
        }
        Ok(Some(change))
    }

    /// Puts back what was there before.
    fn put_back(&mut self, change: Change) {
        let added: Vec<ObjectId> = change
            .keys()
            .flat_map(|root| self.index.members(*root).map(|(_, id)| id.clone()))
            .collect();
        for id in added {
            self.catalog.objects.remove(&id);
        }
        self.catalog.objects.extend(change.into_iter().flat_map(|(_, members)| members));
    }

    /// Reads some roots of one catalog again. `false` when texts elsewhere may have changed with them.
    async fn read_roots(
        &mut self,
        (class, roots): (&'static str, Set<u32>),
        gone: &Set<Root>,
        (come, described): (Option<Come<'_>>, &Set<u32>),
        change: &mut Change,
    ) -> Result<bool, CatalogError> {
        let mut next = roots;
        let mut done = Set::new();
        while !next.is_empty() {
            let mut objects = described.clone();
            let mut places = HashMap::new();
            let mut before = Change::new();
            for oid in &next {
                let root = (class, *oid);
                places.extend(self.index.members(root).map(|(place, id)| (place, id.clone())));
                objects.extend(self.index.oids(root));
                before.insert(root, of(&self.catalog, &self.index, root));
            }
            for (root, members) in &before {
                self.index.forget(*root);
                for (id, _) in members {
                    self.catalog.objects.remove(id);
                }
            }
            let arms = match come {
                Some(come) => needed(class, before.values().flatten(), come),
                None => Arms::of(class),
            };
            let there: Vec<Oid> = next
                .iter()
                .filter(|oid| !gone.contains(&(class, **oid)))
                .map(|oid| Oid(*oid))
                .collect();
            let objects: Vec<Oid> = objects.into_iter().map(Oid).collect();
            let (conn, options) = (&mut self.conn, &self.options);
            let index = &mut self.index;
            let part = self
                .statements
                .read(conn, (arms, &there, &objects), &self.surroundings, options, index)
                .await?;
            let clear = part.not_compared.is_empty();
            self.catalog.objects.extend(part.objects);
            let renamed = before.keys().any(|root| {
                self.index
                    .members(*root)
                    .any(|(place, id)| places.get(&place).is_some_and(|old| old != id))
            });
            let relabelled = class == "pg_type"
                && before.values().flatten().any(|(id, old)| relabelled(old, self.catalog.get(id)));
            let overloaded = class == "pg_proc" && self.overloaded(&before).await?;
            let shapes = if class == "pg_class" { self.reshaped(&before) } else { Vec::new() };
            done.extend(std::mem::take(&mut next));
            for (root, members) in before {
                change.insert(root, members);
            }
            if !clear || renamed || relabelled || overloaded {
                return Ok(false);
            }
            if !shapes.is_empty() {
                let dependents: Vec<Oid> =
                    driver::query_scalar(DEPENDENTS).bind(shapes).fetch_all(&mut self.conn).await?;
                if dependents.iter().any(|oid| oid.0 == 0) {
                    return Ok(false);
                }
                let dependents = dependents.into_iter().map(|oid| oid.0);
                next = dependents.filter(|oid| !done.contains(oid)).collect();
            }
        }
        Ok(true)
    }

    /// Returns true if other routines share a name with those that changed.
    async fn overloaded(&mut self, before: &Change) -> Result<bool, CatalogError> {
        let mut names: Map<String, Set<&ObjectId>> = Map::new();
        let now = before.keys().flat_map(|root| self.index.members(*root).map(|(_, id)| id));
        for id in before.values().flatten().map(|(id, _)| id).chain(now) {
            if id.name.matches('(').count() != 1 {
                return Ok(true);
            }
            let name = id.name.split('(').next().unwrap_or_default().to_owned();
            names.or_default(name).insert(id);
        }
        if names.values().any(|ids| ids.len() > 1) {
            return Ok(true);
        }
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        let oids: Vec<Oid> = before.keys().map(|(_, oid)| Oid(*oid)).collect();
        let question = driver::query_scalar(NAMESAKES).bind(names).bind(oids);
        Ok(question.fetch_one(&mut self.conn).await?)
    }

    /// The relations that were there before and have other columns now. On one that is gone nothing hangs any more.
    fn reshaped(&self, before: &Change) -> Vec<Oid> {
        let columns = |ids: &mut dyn Iterator<Item = &ObjectId>| -> Set<String> {
            ids.filter(|id| id.kind.is_column()).map(|id| id.name.clone()).collect()
        };
        before
            .iter()
            .filter(|(root, members)| {
                let now = || self.index.members(*root).map(|(_, id)| id);
                let there = !members.is_empty() && now().next().is_some();
                there && columns(&mut members.iter().map(|(id, _)| id)) != columns(&mut now())
            })
            .map(|((_, oid), _)| Oid(*oid))
            .collect()
    }
}

/// Returns true if labels of an enum are gone: texts that hold them have others now.
fn relabelled(old: &Object, new: Option<&Object>) -> bool {
    new.is_some_and(|new| {
        let labels = new.list("labels");
        old.list("labels").iter().any(|label| !labels.contains(label))
    })
}
