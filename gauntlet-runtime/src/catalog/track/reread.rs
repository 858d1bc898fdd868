//! Reads the roots again that a step may have changed, and finds out whether that is enough.

use std::collections::HashMap;

use super::journal::{Change, Members, of};
use super::stale::Stale;
use super::statements::{DEPENDENTS, MENTIONING, NAMESAKES};
use super::tracker::Tracker;
use crate::catalog::ordered::{Map, Set};
use crate::catalog::read::addresses::Root;
use crate::catalog::{CatalogError, Object, ObjectId};
use crate::driver::{self, Oid};

impl Tracker {
    /// Reads these roots again. `None` when that is not enough.
    pub(super) async fn read_again(
        &mut self,
        stale: Stale,
    ) -> Result<Option<Change>, CatalogError> {
        let mut change = Change::new();
        let Stale { relations, types, routines, gone, described, .. } = stale;
        // The relations that mention one of the roots read so far.
        let mut mentioning = relations;
        for (class, roots) in [("pg_type", types), ("pg_proc", routines), ("pg_class", Set::new())]
        {
            let roots = if class == "pg_class" { std::mem::take(&mut mentioning) } else { roots };
            if roots.is_empty() {
                continue;
            }
            let read = self.read_roots((class, roots), &gone, &described, &mut change);
            let Some(relations) = read.await? else {
                self.put_back(change);
                return Ok(None);
            };
            mentioning.extend(relations);
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

    /// Reads some roots of one catalog again, and the relations that mention them, if that is the same catalog; else it
    /// returns these. `None` when texts elsewhere may have changed with them.
    async fn read_roots(
        &mut self,
        (class, roots): (&'static str, Set<u32>),
        gone: &Set<Root>,
        described: &Set<u32>,
        change: &mut Change,
    ) -> Result<Option<Set<u32>>, CatalogError> {
        let mut next = roots;
        let mut done = Set::new();
        let mut others = Set::new();
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
                .read(conn, (class, &there, &objects), &self.surroundings, options, index)
                .await?;
            let clear = part.not_compared.is_empty();
            self.catalog.objects.extend(part.objects);
            let renamed = |root: &Root| {
                let mut now = self.index.members(*root);
                now.any(|(place, id)| places.get(&place).is_some_and(|old| old != id))
            };
            let relabelled = |members: &Members| {
                class == "pg_type"
                    && members.iter().any(|(id, old)| relabelled(old, self.catalog.get(id)))
            };
            let renamed: Vec<Oid> = before
                .iter()
                .filter(|(root, members)| renamed(root) || relabelled(members))
                .map(|((_, oid), _)| Oid(*oid))
                .collect();
            let overloaded = class == "pg_proc" && self.overloaded(&before).await?;
            let shapes = if class == "pg_class" { self.reshaped(&before) } else { Vec::new() };
            done.extend(std::mem::take(&mut next));
            for (root, members) in before {
                change.insert(root, members);
            }
            if !clear || overloaded || (class == "pg_proc" && !renamed.is_empty()) {
                return Ok(None);
            }
            let mut mentioning = Set::new();
            if !renamed.is_empty() {
                let Some(found) = self.mentioning(class, renamed).await? else { return Ok(None) };
                mentioning.extend(found);
            }
            if !shapes.is_empty() {
                let dependents: Vec<Oid> =
                    driver::query_scalar(DEPENDENTS).bind(shapes).fetch_all(&mut self.conn).await?;
                if dependents.iter().any(|oid| oid.0 == 0) {
                    return Ok(None);
                }
                mentioning.extend(dependents.into_iter().map(|oid| oid.0));
            }
            if class == "pg_class" {
                next = mentioning.iter().filter(|oid| !done.contains(*oid)).copied().collect();
            } else {
                others.extend(mentioning);
            }
        }
        Ok(Some(others))
    }

    /// The relations whose texts mention relations or types that bear another name now, or a label of them. `None` when
    /// something else mentions them.
    async fn mentioning(
        &mut self,
        class: &'static str,
        renamed: Vec<Oid>,
    ) -> Result<Option<Set<u32>>, CatalogError> {
        let (relations, types) =
            if class == "pg_class" { (renamed, Vec::new()) } else { (Vec::new(), renamed) };
        let question = driver::query_scalar(MENTIONING).bind(relations).bind(types);
        let found: Vec<Option<Oid>> = question.fetch_all(&mut self.conn).await?;
        let mut stale = Stale::default();
        for oid in found.into_iter().flatten() {
            if oid.0 == 0 {
                return Ok(None);
            }
            self.mark_relation(oid.0, &mut stale);
        }
        Ok(Some(stale.relations))
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
