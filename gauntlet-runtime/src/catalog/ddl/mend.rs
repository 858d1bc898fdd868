//! From differences to the statements that mend them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Catalog, Change, Difference, Kind, Object, ObjectId};
use super::depend::{Dependencies, owned_sequences};
use super::operations::{Operation, Operations, Sides, What, sorted};
use super::plan::{Plan, Step, Unmended};
use super::statements::{alter, drop, made_with, make, rename};
use super::write::{Alter, Changed, Writer, name, qualify};
use super::{column, sequence};
use crate::names::quote_if_needed;

/// The statements that turn `actual` into `expected`, as far as `differences` (of `expected.diff(&actual)`) go.
///
/// What stands in the way of a change and is the same on both sides, such as a view on a column whose
/// type changes, is dropped and made again.
pub fn mend(expected: &Catalog, actual: &Catalog, differences: &[Difference]) -> Plan {
    let renames: BTreeMap<ObjectId, ObjectId> = renames(expected, actual, differences);
    let renamed = under_expected_names(actual, &renames);
    let sides = Sides {
        expected,
        actual: &renamed,
        wanted: Dependencies::of(expected),
        found: dependencies(actual, &renames),
    };
    let mut planner = Planner {
        sides,
        to: Writer {
            catalog: expected,
            home: Some(&actual.home),
            version: actual.server_version,
            owners: true,
        },
        from: Writer {
            catalog: &renamed,
            home: Some(&actual.home),
            version: actual.server_version,
            owners: true,
        },
        drops: BTreeMap::new(),
        makes: BTreeMap::new(),
        operations: Operations::new(),
        unmended: Vec::new(),
    };
    planner.differences(differences);
    planner.spread();
    planner.complete();
    planner.write();
    let mut steps: Vec<Step> = Vec::new();
    for operation in sorted(planner.operations, &planner.sides) {
        for sql in operation.sql {
            steps.push(Step { sql, serves: operation.serves.clone() });
        }
    }
    let mut unmended = planner.unmended;
    for (number, _) in differences.iter().enumerate() {
        let told = unmended.iter().any(|u| u.difference == number);
        if !told && !steps.iter().any(|step| step.serves.contains(&number)) {
            unmended.push(Unmended {
                difference: number,
                why: "no statement is known for it".to_owned(),
            });
        }
    }
    Plan { steps, unmended }
}

/// From the names that are there to those that are expected, with all that hangs on renamed relations.
fn renames(
    expected: &Catalog,
    actual: &Catalog,
    differences: &[Difference],
) -> BTreeMap<ObjectId, ObjectId> {
    let mut out = BTreeMap::new();
    for difference in differences {
        let Change::Renamed(old) = &difference.change else {
            continue;
        };
        let was = ObjectId { name: old.clone(), ..difference.object.clone() };
        if difference.object.kind.is_relation() || difference.object.kind == Kind::Domain {
            for id in actual.objects.keys() {
                if id.parent.as_ref() == Some(old) && id.schema == was.schema {
                    let mut moved = id.clone();
                    moved.parent = Some(difference.object.name.clone());
                    if expected.objects.contains_key(&moved) {
                        out.insert(id.clone(), moved);
                    }
                }
            }
        }
        out.insert(was, difference.object.clone());
    }
    out
}

fn under_expected_names(actual: &Catalog, renames: &BTreeMap<ObjectId, ObjectId>) -> Catalog {
    let mut out = actual.clone();
    out.objects = actual
        .objects
        .iter()
        .map(|(id, object)| (renames.get(id).unwrap_or(id).clone(), object.clone()))
        .collect();
    out
}

fn dependencies(actual: &Catalog, renames: &BTreeMap<ObjectId, ObjectId>) -> Dependencies {
    let new = |id: ObjectId| renames.get(&id).cloned().unwrap_or(id);
    let all = |map: BTreeMap<ObjectId, BTreeSet<ObjectId>>| {
        map.into_iter().map(|(id, needs)| (new(id), needs.into_iter().map(new).collect())).collect()
    };
    let found = Dependencies::of(actual);
    Dependencies { needs: all(found.needs), mentions: all(found.mentions) }
}

struct Planner<'a> {
    sides: Sides<'a>,
    to: Writer<'a>,
    from: Writer<'a>,
    /// What goes, and which differences want it.
    drops: BTreeMap<ObjectId, BTreeSet<usize>>,
    /// What comes.
    makes: BTreeMap<ObjectId, BTreeSet<usize>>,
    operations: Operations,
    unmended: Vec<Unmended>,
}

impl Planner<'_> {
    fn differences(&mut self, differences: &[Difference]) {
        let mut changed: BTreeMap<&ObjectId, Vec<(usize, &str)>> = BTreeMap::new();
        for (number, difference) in differences.iter().enumerate() {
            let id = &difference.object;
            match (&difference.change, difference.attribute.as_deref()) {
                (Change::Missing, _) => {
                    self.makes.entry(id.clone()).or_default().insert(number);
                }
                (Change::Extra, _) => {
                    self.drops.entry(id.clone()).or_default().insert(number);
                }
                (Change::Renamed(old), _) => {
                    let sql = rename(self.to, id, old);
                    self.add(What::Rename, id, vec![sql], &BTreeSet::from([number]));
                }
                (Change::Changed, Some(attribute)) => {
                    changed.entry(id).or_default().push((number, attribute))
                }
                _ => {}
            }
        }
        for (id, attributes) in changed {
            self.change(id, &attributes);
        }
    }

    fn change(&mut self, id: &ObjectId, attributes: &[(usize, &str)]) {
        let (Some(expected), Some(actual)) = (self.to.catalog.get(id), self.from.catalog.get(id))
        else {
            return;
        };
        let mut statements: Vec<(String, usize)> = Vec::new();
        let mut elsewhere = Vec::new();
        for (number, attribute) in attributes {
            let changed = Changed { id, attribute, expected, actual, before: self.from.catalog };
            match alter(self.to, &changed) {
                Alter::Sql(sql) => statements.extend(sql.into_iter().map(|sql| (sql, *number))),
                Alter::Recreate => {
                    let all: BTreeSet<usize> =
                        attributes.iter().map(|(number, _)| *number).collect();
                    self.recreate(id, &all);
                    return;
                }
                Alter::Elsewhere => elsewhere.push(*number),
                Alter::No(why) => self.unmended.push(Unmended { difference: *number, why }),
            }
        }
        let mut serves: BTreeSet<usize> = statements.iter().map(|(_, number)| *number).collect();
        if serves.is_empty() {
            return;
        }
        serves.extend(elsewhere);
        let mut sql: Vec<String> = Vec::new();
        for (statement, _) in statements {
            if !sql.contains(&statement) {
                sql.push(statement);
            }
        }
        self.add(What::Alter, id, sql, &serves);
    }

    fn add(&mut self, what: What, id: &ObjectId, sql: Vec<String>, serves: &BTreeSet<usize>) {
        let operation = self.operations.entry((what, id.clone())).or_insert_with(|| Operation {
            what,
            id: id.clone(),
            sql: Vec::new(),
            serves: BTreeSet::new(),
        });
        for statement in sql {
            if !operation.sql.contains(&statement) {
                operation.sql.push(statement);
            }
        }
        operation.serves.extend(serves);
    }

    fn recreate(&mut self, id: &ObjectId, serves: &BTreeSet<usize>) {
        self.drops.entry(id.clone()).or_default().extend(serves);
        self.makes.entry(id.clone()).or_default().extend(serves);
        // Whatever was to be changed comes with the new object.
        if let Some(operation) = self.operations.remove(&(What::Alter, id.clone())) {
            self.makes.entry(id.clone()).or_default().extend(operation.serves);
        }
    }

    /// What stands in the way goes first and comes back.
    fn spread(&mut self) {
        let mut queue: Vec<ObjectId> = self.drops.keys().cloned().collect();
        queue.extend(self.retyped());
        let mut done = BTreeSet::new();
        while let Some(id) = queue.pop() {
            if !done.insert(id.clone()) {
                continue;
            }
            let is_dropped = self.drops.contains_key(&id);
            let serves = self.cause(&id);
            let dependents: Vec<ObjectId> = self.sides.found.dependents(&id).cloned().collect();
            for dependent in dependents {
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

    fn cause(&self, id: &ObjectId) -> BTreeSet<usize> {
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
        serves: &BTreeSet<usize>,
    ) -> Vec<ObjectId> {
        let comes_back = self.makes.contains_key(id);
        let stays = self.to.catalog.objects.contains_key(dependent);
        let hangs_on = dependent.parent.as_ref() == Some(&id.name)
            && dependent.schema == id.schema
            && id.parent.is_none();
        if hangs_on {
            // Goes with its relation, and comes back with it or by itself.
            if comes_back && stays {
                self.makes.entry(dependent.clone()).or_default().extend(serves);
            }
            self.drops.entry(dependent.clone()).or_default().extend(serves);
            return vec![dependent.clone()];
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
            && !matches!(id.kind, Kind::Table | Kind::ForeignTable)
        {
            // The table goes on; what of it needs `id` is a column or constraint with needs of its own.
            return Vec::new();
        }
        self.recreate(dependent, serves);
        vec![dependent.clone()]
    }

    /// A column whose type, default or expression needs something that is made anew.
    fn column_lets_go(
        &mut self,
        id: &ObjectId,
        column_id: &ObjectId,
        serves: &BTreeSet<usize>,
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
        let head = format!(
            "{} ALTER COLUMN {}",
            column::alter_relation(self.to, column_id),
            quote_if_needed(&column_id.name)
        );
        let is_type = matches!(
            id.kind,
            Kind::Enum | Kind::Domain | Kind::RangeType | Kind::CompositeType | Kind::BaseType
        );
        if actual.has("default") {
            self.add(What::Detach, column_id, vec![format!("{head} DROP DEFAULT")], serves);
        }
        if let Some(default) = expected.text("default") {
            self.add(
                What::Reattach,
                column_id,
                vec![format!("{head} SET DEFAULT {default}")],
                serves,
            );
        }
        if is_type {
            let data_type = expected.text("type").unwrap_or_default();
            let column = quote_if_needed(&column_id.name);
            let through = if data_type.ends_with("[]") { "text[]" } else { "text" };
            let sql = format!("{head} TYPE {data_type} USING {column}::{through}::{data_type}");
            self.operations.remove(&(What::Alter, column_id.clone()));
            self.add(What::Alter, column_id, vec![sql], serves);
        }
        vec![column_id.clone()]
    }

    /// `dependent` needs the column `id`, whose type changes.
    fn in_the_way_of_type(
        &mut self,
        id: &ObjectId,
        dependent: &ObjectId,
        serves: &BTreeSet<usize>,
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

    /// Whether old and new type of a column can be compared, so that a foreign key holds in between.
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

    /// What comes with what is made: all that hangs on it and is not there.
    fn complete(&mut self) {
        let expected = self.to.catalog;
        for (id, object) in &expected.objects {
            if self.makes.contains_key(id)
                || (self.from.catalog.objects.contains_key(id) && !self.drops.contains_key(id))
            {
                continue;
            }
            let owners = self.owners(id, object);
            let serves: BTreeSet<usize> = owners
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

    /// What an object comes with.
    fn owners(&self, id: &ObjectId, object: &Object) -> Vec<ObjectId> {
        let mut owners = Vec::new();
        if id.parent.is_some() {
            owners
                .extend(super::write::relation(self.to.catalog, id).map(|(relation, _)| relation));
            owners.push(ObjectId {
                kind: if id.kind == Kind::UserMapping { Kind::Server } else { Kind::Domain },
                schema: id.schema.clone(),
                parent: None,
                name: id.parent.clone().unwrap_or_default(),
            });
        }
        if id.kind == Kind::Sequence && object.has("owned_by") || id.kind == Kind::Statistics {
            let needs = self.sides.wanted.needs.get(id).into_iter().flatten();
            owners.extend(
                needs.filter(|need| matches!(need.kind, Kind::Column | Kind::Table)).cloned(),
            );
        }
        owners
    }

    /// Turns what goes and what comes into operations.
    fn write(&mut self) {
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
                self.makes.entry(holder.clone()).or_default().extend(&serves);
                self.add(What::Make, &holder, Vec::new(), &serves);
                continue;
            }
            let mut sql = make(self.to, &id, &separate);
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

    fn write_drop(&mut self, id: &ObjectId, serves: &BTreeSet<usize>) {
        // What hangs on something that goes, goes with it.
        let holder = super::write::relation(self.from.catalog, id).map(|(relation, _)| relation);
        let domain = ObjectId {
            kind: Kind::Domain,
            schema: id.schema.clone(),
            parent: None,
            name: id.parent.clone().unwrap_or_default(),
        };
        let server = ObjectId::new(Kind::Server, id.parent.clone().unwrap_or_default());
        // A foreign key may stand in the way of another table's end.
        let foreign_key =
            self.from.catalog.get(id).and_then(|o| o.text("type")) == Some("foreign key");
        let goes_along = holder.is_some_and(|holder| self.drops.contains_key(&holder))
            && !foreign_key
            || (id.kind == Kind::DomainConstraint && self.drops.contains_key(&domain))
            || (id.kind == Kind::UserMapping && self.drops.contains_key(&server))
            || self.owner_goes(id);
        let inherited =
            self.from.catalog.get(id).is_some_and(|o| o.text("inherited") == Some("yes"));
        if goes_along || inherited {
            return;
        }
        let data_type =
            matches!(id.kind, Kind::Enum | Kind::Domain | Kind::RangeType | Kind::CompositeType);
        let retypes = self.operations.values().any(|operation| {
            operation.what == What::Alter
                && operation.id.kind == Kind::Column
                && self.sides.found.needs.get(&operation.id).is_some_and(|needs| needs.contains(id))
        });
        if data_type && self.makes.contains_key(id) && retypes {
            // Columns have values of the type: it steps aside until they have moved over.
            let old = format!("{}_old", crate::names::truncate_ident(&id.name, 59));
            let away = format!(
                "ALTER {} {} RENAME TO {}",
                super::write::word(id.kind),
                name(id),
                quote_if_needed(&old)
            );
            let end = format!(
                "DROP {} {}",
                super::write::word(id.kind),
                qualify(id.schema.as_deref(), &old)
            );
            self.add(What::Drop, id, vec![away], serves);
            self.add(What::DropOld, id, vec![end], serves);
            return;
        }
        let sql = drop(self.from, id);
        self.add(What::Drop, id, sql, serves);
    }

    /// Whether an owned sequence's column or table goes.
    fn owner_goes(&self, id: &ObjectId) -> bool {
        id.kind == Kind::Sequence
            && self.drops.keys().any(|gone| {
                matches!(gone.kind, Kind::Column | Kind::Table)
                    && owned_sequences(self.from.catalog, gone).any(|sequence| sequence == id)
            })
    }
}
