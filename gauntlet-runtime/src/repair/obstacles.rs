//! The objects in the way of a change, which are dropped first and created again.

use super::operations::What;
use super::planner::Planner;
use crate::catalog::ordered::Set;
use crate::catalog::write::find::alter_relation;
use crate::catalog::{Catalog, Kind, ObjectId};
use crate::names::quote_if_needed;

impl Planner<'_> {
    /// Adds the objects in the way of a change: they are dropped first and created again.
    pub(super) fn spread(&mut self) {
        let mut queue: Vec<ObjectId> = self.drops.keys().cloned().collect();
        queue.extend(self.retyped());
        let mut done = Set::new();
        while let Some(id) = queue.pop() {
            if !done.insert(id.clone()) {
                continue;
            }
            let is_dropped = self.drops.contains_key(&id);
            let serves = self.cause(&id);
            for dependent in self.sides.found.dependents(&id) {
                if self.drops.contains_key(&dependent) {
                    continue;
                }
                let touched = if is_dropped {
                    self.in_the_way_of_drop(&id, &dependent, &serves)
                } else {
                    self.in_the_way_of_type(&id, &dependent, &serves)
                };
                queue.extend(touched);
            }
        }
    }

    fn cause(&self, id: &ObjectId) -> Set<usize> {
        let mut serves = self.drops.get(id).cloned().unwrap_or_default();
        if let Some(operation) = self.operations.get(&(What::Alter, id.clone())) {
            serves.extend(&operation.serves);
        }
        serves
    }

    /// Columns whose type changes.
    fn retyped(&self) -> Vec<ObjectId> {
        self.operations
            .values()
            .filter(|operation| operation.id.kind == Kind::Column && operation.what == What::Alter)
            .filter(|operation| operation.sql.iter().any(|sql| sql.contains(" TYPE ")))
            .map(|operation| operation.id.clone())
            .collect()
    }

    /// `dependent` needs `id`, which goes. Returns what is touched by that in turn.
    fn in_the_way_of_drop(
        &mut self,
        id: &ObjectId,
        dependent: &ObjectId,
        serves: &Set<usize>,
    ) -> Vec<ObjectId> {
        let comes_back = self.makes.contains_key(id);
        let stays = self.to.catalog.objects.contains_key(dependent);
        let hangs_on = dependent.parent.as_ref() == Some(&id.name)
            && dependent.schema == id.schema
            && id.parent.is_none();
        if hangs_on {
            // Goes with its relation, and comes back with it or by itself.
            if comes_back && stays {
                self.makes.or_default(dependent.clone()).extend(serves);
            }
            self.drops.or_default(dependent.clone()).extend(serves);
            return vec![dependent.clone()];
        }
        if dependent.kind == Kind::Index && id.kind == Kind::Table {
            // An index that waits for the partitions of its table goes on without one.
            return Vec::new();
        }
        let changes = self.operations.contains_key(&(What::Alter, dependent.clone()));
        if !stays || (!comes_back && changes) {
            // Not ours to drop, or it lets go of `id` by itself.
            return Vec::new();
        }
        if dependent.kind == Kind::Column {
            return self.column_lets_go(id, dependent, serves);
        }
        if dependent.kind == Kind::Sequence {
            // An owned sequence goes with its column, and is made again when it is still wanted.
            if matches!(id.kind, Kind::Column | Kind::Table) {
                self.recreate(dependent, serves);
                return vec![dependent.clone()];
            }
            return Vec::new();
        }
        if matches!(dependent.kind, Kind::Table | Kind::ForeignTable)
            && !matches!(id.kind, Kind::Table | Kind::ForeignTable | Kind::Server)
        {
            // The table goes on; what of it needs `id` is a column or constraint with needs of its own.
            return Vec::new();
        }
        self.recreate(dependent, serves);
        vec![dependent.clone()]
    }

    /// A column whose type, default or expression needs something that is created again.
    fn column_lets_go(
        &mut self,
        id: &ObjectId,
        column_id: &ObjectId,
        serves: &Set<usize>,
    ) -> Vec<ObjectId> {
        let (Some(expected), Some(actual)) =
            (self.to.catalog.get(column_id), self.from.catalog.get(column_id))
        else {
            return Vec::new();
        };
        if actual.has("generated_stored") || actual.has("generated_virtual") {
            self.recreate(column_id, serves);
            return vec![column_id.clone()];
        }
        let (relation, column) =
            (alter_relation(self.to, column_id), quote_if_needed(&column_id.name));
        if relation.starts_with("ALTER TYPE ") {
            // An attribute of a composite type has no values of its own to convert.
            let data_type = expected.text("type").unwrap_or_default();
            let sql = format!("{relation} ALTER ATTRIBUTE {column} TYPE {data_type}");
            self.add(What::Alter, column_id, vec![sql], serves);
            return vec![column_id.clone()];
        }
        let head = format!("{relation} ALTER COLUMN {column}");
        let is_type = matches!(
            id.kind,
            Kind::Enum | Kind::Domain | Kind::RangeType | Kind::CompositeType | Kind::BaseType
        );
        // What else changes in the column changes after that. The type and the default are written here.
        let (mut serves, mut rest) = (serves.clone(), Vec::new());
        if let Some(changed) = self.operations.remove(&(What::Alter, column_id.clone())) {
            serves.extend(&changed.serves);
            let ours = |sql: &str| {
                let part = sql.strip_prefix(&head).unwrap_or_default();
                part.starts_with(" SET DEFAULT ") || (is_type && part.starts_with(" TYPE "))
            };
            rest.extend(changed.sql.into_iter().filter(|sql| !ours(sql)));
        }
        if actual.has("default") {
            self.add(What::Detach, column_id, vec![format!("{head} DROP DEFAULT")], &serves);
        }
        if let Some(default) = expected.text("default") {
            let sql = vec![format!("{head} SET DEFAULT {default}")];
            self.add(What::Reattach, column_id, sql, &serves);
        }
        if is_type {
            let data_type = expected.text("type").unwrap_or_default();
            let through = if data_type.ends_with("[]") { "text[]" } else { "text" };
            let sql = format!("{head} TYPE {data_type} USING {column}::{through}::{data_type}");
            rest.insert(0, sql);
        }
        if !rest.is_empty() {
            self.add(What::Alter, column_id, rest, &serves);
        }
        vec![column_id.clone()]
    }

    /// `dependent` needs the column `id`, whose type changes.
    fn in_the_way_of_type(
        &mut self,
        id: &ObjectId,
        dependent: &ObjectId,
        serves: &Set<usize>,
    ) -> Vec<ObjectId> {
        if !self.to.catalog.objects.contains_key(dependent) {
            return Vec::new();
        }
        let object = self.from.catalog.get(dependent);
        let needs_text = |prefix: &str| object.is_some_and(|o| o.has(prefix));
        let blocks = match dependent.kind {
            Kind::View
            | Kind::MaterializedView
            | Kind::Rule
            | Kind::Trigger
            | Kind::Policy
            | Kind::Publication => true,
            Kind::Function | Kind::Procedure => needs_text("sql_body"),
            Kind::Column => needs_text("generated_stored") || needs_text("generated_virtual"),
            Kind::Constraint => {
                object.and_then(|o| o.text("type")) == Some("foreign key")
                    && !self.stays_comparable(id)
            }
            Kind::Index => needs_text("predicate"),
            _ => false,
        };
        if blocks {
            self.recreate(dependent, serves);
            return vec![dependent.clone()];
        }
        Vec::new()
    }

    /// Returns true if old and new type of a column can be compared, so that a foreign key holds in between.
    fn stays_comparable(&self, id: &ObjectId) -> bool {
        const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric"];
        const TEXTS: &[&str] = &["text", "character varying", "character"];
        let base = |catalog: &Catalog| {
            let text = catalog.get(id).and_then(|o| o.text("type")).unwrap_or_default();
            text.split('(').next().unwrap_or_default().to_owned()
        };
        let (new, old) = (base(self.to.catalog), base(self.from.catalog));
        new == old
            || [NUMBERS, TEXTS]
                .iter()
                .any(|family| family.contains(&new.as_str()) && family.contains(&old.as_str()))
    }
}
