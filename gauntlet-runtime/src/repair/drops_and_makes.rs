//! From the objects to drop and to create to the operations of a plan.

use super::dependencies::owned_sequences;
use super::operations::What;
use super::planner::Planner;
use crate::catalog::kinds::index::write::{attached_to, attaches_late};
use crate::catalog::kinds::sequence::write as sequence;
use crate::catalog::kinds::spec::HangsOn;
use crate::catalog::ordered::Set;
use crate::catalog::write::find::relation;
use crate::catalog::write::names::{name, qualify};
use crate::catalog::write::statements::{drop, made_with, make};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::quote_if_needed;

impl Planner<'_> {
    /// Adds what has to be created with the objects to create: all that hangs on them and does not exist.
    pub(super) fn complete(&mut self) {
        let expected = self.to.catalog;
        for (id, object) in &expected.objects {
            if self.makes.contains_key(id)
                || (self.from.catalog.objects.contains_key(id) && !self.drops.contains_key(id))
            {
                continue;
            }
            let owners = self.owners(id, object);
            let serves: Set<usize> = owners
                .iter()
                .filter_map(|owner| self.makes.get(owner))
                .flatten()
                .copied()
                .collect();
            if !serves.is_empty() {
                self.makes.insert(id.clone(), serves);
            }
        }
    }

    /// The objects that an object is created with.
    fn owners(&self, id: &ObjectId, object: &Object) -> Vec<ObjectId> {
        let mut owners = Vec::new();
        if id.parent.is_some() {
            owners.extend(relation(self.to.catalog, id).map(|(relation, _)| relation));
            owners.push(ObjectId {
                kind: if id.kind.spec().hangs_on == HangsOn::Server {
                    Kind::Server
                } else {
                    Kind::Domain
                },
                schema: id.schema.clone(),
                parent: None,
                name: id.parent.clone().unwrap_or_default(),
            });
        }
        if id.kind == Kind::Sequence && object.has("owned_by") || id.kind == Kind::Statistics {
            let found = self.sides.wanted.of_object(id);
            let needs = found.needs.iter();
            owners.extend(
                needs.filter(|need| matches!(need.kind, Kind::Column | Kind::Table)).cloned(),
            );
        }
        owners
    }

    /// Turns the objects to drop and to create into operations.
    pub(super) fn write(&mut self) {
        let separate = |_: &ObjectId| false;
        for (id, serves) in self.drops.clone() {
            self.write_drop(&id, &serves);
        }
        for (id, serves) in self.makes.clone() {
            let Some(object) = self.to.catalog.get(&id) else {
                continue;
            };
            let holder = made_with(self.to.catalog, &id, object, &separate);
            if let Some(holder) = holder
                && self.makes.contains_key(&holder)
            {
                // It comes inside the other's statement.
                self.makes.or_default(holder.clone()).extend(&serves);
                self.add(What::Make, &holder, Vec::new(), &serves);
                continue;
            }
            let top = self.top_index(&id);
            if top != id {
                // It is written before that one, which then attaches it instead of making another.
                self.add(What::Make, &top, Vec::new(), &serves);
                continue;
            }
            if (id.kind.spec().begins_as_shell)(object) {
                // Its functions mention it before it is complete.
                self.add(What::Shell, &id, vec![format!("CREATE TYPE {}", name(&id))], &serves);
            }
            let mut sql = self.indexes_of_partitions(&id);
            sql.extend(make(self.to, &id, &separate));
            if self.sides.expected.get(&id).is_some_and(|o| o.text("inherited") == Some("yes")) {
                // Comes with the parent's, which is made as well.
                sql.retain(|statement| {
                    statement.starts_with("COMMENT") || statement.starts_with("GRANT")
                });
            }
            self.add(What::Make, &id, sql, &serves);
            if let Some(own) = sequence::owned_by(&id, object) {
                self.add(What::Own, &id, vec![own], &serves);
            }
        }
    }

    /// The index of a partitioned table that is made and to which the index of a partition belongs that is made too. The partition
    /// itself is there: what is made with its table is written there.
    fn index_above(&self, id: &ObjectId) -> Option<&ObjectId> {
        let object = self.to.catalog.get(id).filter(|_| id.kind == Kind::Index)?;
        let (above, _) = attached_to(self.to.catalog, object)?;
        let (table, _) = relation(self.to.catalog, id)?;
        let both = self.makes.contains_key(id) && self.makes.contains_key(above);
        let late = attaches_late(self.to.catalog, object);
        (both && !late && !self.makes.contains_key(&table)).then_some(above)
    }

    /// The same through all levels of partitions; or the index itself.
    fn top_index(&self, id: &ObjectId) -> ObjectId {
        self.index_above(id).map_or_else(|| id.clone(), |above| self.top_index(above))
    }

    /// The statements for the indexes that belong to one that is made, the lowest first.
    fn indexes_of_partitions(&self, id: &ObjectId) -> Vec<String> {
        let mut sql = Vec::new();
        for other in self.makes.keys().filter(|other| self.index_above(other) == Some(id)) {
            sql.extend(self.indexes_of_partitions(other));
            let own = make(self.to, other, &|_| false);
            sql.extend(own.into_iter().filter(|sql| !sql.contains(" ATTACH PARTITION ")));
        }
        sql
    }

    fn write_drop(&mut self, id: &ObjectId, serves: &Set<usize>) {
        // What hangs on something that goes, goes with it.
        let holder = relation(self.from.catalog, id).map(|(relation, _)| relation);
        let domain = ObjectId {
            kind: Kind::Domain,
            schema: id.schema.clone(),
            parent: None,
            name: id.parent.clone().unwrap_or_default(),
        };

        // A foreign key may stand in the way of another table's end.
        let foreign_key =
            self.from.catalog.get(id).and_then(|o| o.text("type")) == Some("foreign key");
        let goes_along = holder.as_ref().is_some_and(|holder| self.drops.contains_key(holder))
            && !foreign_key
            || (id.kind == Kind::DomainConstraint && self.drops.contains_key(&domain))
            || self.owner_goes(id)
            || self.goes_by_cascade(id);
        let inherited =
            self.from.catalog.get(id).is_some_and(|o| o.text("inherited") == Some("yes"));
        if goes_along || inherited {
            let holder = holder.filter(|holder| self.drops.contains_key(holder)).unwrap_or(domain);
            self.follows.extend(serves);
            if let Some(all) = self.drops.get_mut(&holder) {
                all.extend(serves);
                let all = all.clone();
                self.add(What::Drop, &holder, Vec::new(), &all);
            }
            return;
        }
        let data_type =
            matches!(id.kind, Kind::Enum | Kind::Domain | Kind::RangeType | Kind::CompositeType);
        let retypes = self.operations.values().any(|operation| {
            operation.what == What::Alter
                && operation.id.kind == Kind::Column
                && self.sides.found.of_object(&operation.id).needs.contains(id)
        });
        if data_type && self.makes.contains_key(id) && retypes {
            // Columns have values of the type: it steps aside until they have moved over.
            let old = format!("{}_old", crate::names::truncate_ident(&id.name, 59));
            let away = format!(
                "ALTER {} {} RENAME TO {}",
                id.kind.spec().keyword,
                name(id),
                quote_if_needed(&old)
            );
            // By then nothing has it but its own functions.
            let own =
                self.sides.actual.get(id).is_some_and(|o| (id.kind.spec().begins_as_shell)(o));
            let end = format!(
                "DROP {} {}{}",
                id.kind.spec().keyword,
                qualify(id.schema.as_deref(), &old),
                if own { " CASCADE" } else { "" }
            );
            self.add(What::Drop, id, vec![away], serves);
            self.add(What::DropOld, id, vec![end], serves);
            return;
        }
        let sql = drop(self.from, id, self.to.catalog);
        self.add(What::Drop, id, sql, serves);
    }

    /// Returns true if an object goes with a type that its own functions need, or with the index it is attached to.
    fn goes_by_cascade(&self, id: &ObjectId) -> bool {
        let routine = matches!(id.kind, Kind::Function | Kind::Procedure);
        let found = self.sides.found.of_object(id);
        let mut gone = found.needs.iter().filter(|need| self.drops.contains_key(*need));
        gone.any(|need| {
            let back = self.sides.found.of_object(need).needs.contains(id);
            let own =
                self.sides.actual.get(need).is_some_and(|o| (need.kind.spec().begins_as_shell)(o));
            (routine && own && back) || (id.kind == Kind::Index && need.kind == Kind::Index)
        })
    }

    /// Returns true if an owned sequence's column or table goes.
    fn owner_goes(&self, id: &ObjectId) -> bool {
        id.kind == Kind::Sequence
            && self.drops.keys().any(|gone| {
                matches!(gone.kind, Kind::Column | Kind::Table)
                    && owned_sequences(self.from.catalog, gone).any(|sequence| sequence == id)
            })
    }
}
