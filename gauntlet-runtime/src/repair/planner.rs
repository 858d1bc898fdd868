//! The planner: from differences to the statements that repair them.

use std::borrow::Cow;

use super::dependencies::Dependencies;
use super::operations::{Operation, Operations, Sides, What, sorted};
use super::plan::{Plan, Step, Unmended};
use super::swaps::asides;
use crate::catalog::ordered::{self, Map, Set};
use crate::catalog::write::find::{alter_relation, column_parents, columns};
use crate::catalog::write::names::qualify;
use crate::catalog::write::statements::{alter, rename};
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Change, Difference, Kind, Object, ObjectId};
use crate::names::make_object_name;
use crate::names::quote_if_needed;

/// The statements that turn `actual` into `expected`, as far as `differences` (of `expected.diff(&actual)`) go.
///
/// What stands in the way of a change and is the same on both sides, such as a view on a column whose
/// type changes, is dropped and made again.
pub fn mend(expected: &Catalog, actual: &Catalog, differences: &[Difference]) -> Plan {
    let renames: Map<ObjectId, ObjectId> = renames(actual, differences);
    let found = under_expected_names(actual, &renames);
    let sides = Sides {
        expected,
        actual: &found,
        wanted: Dependencies::of(expected),
        found: Dependencies::renamed(actual, &renames),
        old_names: renames,
    };
    let mut planner = Planner {
        sides,
        to: Writer {
            catalog: expected,
            home: Some(&actual.home),
            version: actual.server_version,
            defaults: Some(actual),
            owners: true,
        },
        from: Writer {
            catalog: &found,
            home: Some(&actual.home),
            version: actual.server_version,
            defaults: Some(actual),
            owners: true,
        },
        drops: Map::new(),
        makes: Map::new(),
        operations: Operations::new(),
        unmended: Vec::new(),
        follows: Set::new(),
    };
    planner.differences(differences);
    planner.spread();
    planner.complete();
    planner.write();
    planner.leave_to_parents();
    let mut steps: Vec<Step> = Vec::new();
    for operation in sorted(planner.operations, &planner.sides) {
        for sql in operation.sql {
            let serves = operation.serves.iter().copied().collect();
            steps.push(Step { sql, serves });
        }
    }
    let mut unmended = planner.unmended;
    for (number, _) in differences.iter().enumerate() {
        let reported =
            unmended.iter().any(|u| u.difference == number) || planner.follows.contains(&number);
        if !reported && !steps.iter().any(|step| step.serves.contains(&number)) {
            unmended.push(Unmended {
                difference: number,
                why: "no statement is known for it".to_owned(),
            });
        }
    }
    Plan { steps, unmended }
}

/// From the names that are there to those that are expected, with all that hangs on renamed relations.
fn renames(actual: &Catalog, differences: &[Difference]) -> Map<ObjectId, ObjectId> {
    let mut out = Map::new();
    // The names that relations and domains have, by their expected ones.
    let mut parents: Map<(Option<&str>, &str), &str> = Map::new();
    let renamed = || {
        differences.iter().filter_map(|difference| match &difference.change {
            Change::Renamed(old) => Some((&difference.object, old)),
            _ => None,
        })
    };
    for (id, old) in renamed() {
        if id.parent.is_none() && (id.kind.is_relation() || id.kind == Kind::Domain) {
            parents.insert((id.schema.as_deref(), &id.name), old);
        }
    }
    for (id, old) in renamed() {
        let parent = id.parent.as_deref().map(|parent| {
            parents.get(&(id.schema.as_deref(), parent)).copied().unwrap_or(parent).to_owned()
        });
        out.insert(ObjectId { name: old.clone(), parent, ..id.clone() }, id.clone());
    }
    for (id, old) in renamed().filter(|(id, _)| id.parent.is_none()) {
        if !parents.contains_key(&(id.schema.as_deref(), &*id.name)) {
            continue;
        }
        for other in actual.objects.keys() {
            if other.parent.as_ref() == Some(old)
                && other.schema == id.schema
                && !out.contains_key(other)
            {
                let moved = ObjectId { parent: Some(id.name.clone()), ..other.clone() };
                out.insert(other.clone(), moved);
            }
        }
    }
    out
}

fn under_expected_names<'a>(
    actual: &'a Catalog,
    renames: &Map<ObjectId, ObjectId>,
) -> Cow<'a, Catalog> {
    let mut out = Cow::Borrowed(actual);
    if !renames.is_empty() {
        let renamed = |(id, object): (&ObjectId, &Object)| {
            (renames.get(id).unwrap_or(id).clone(), object.clone())
        };
        out.to_mut().objects = actual.objects.iter().map(renamed).collect();
    }
    out
}

/// A plan while it is made.
pub(super) struct Planner<'a> {
    pub(super) sides: Sides<'a>,
    pub(super) to: Writer<'a>,
    pub(super) from: Writer<'a>,
    /// The objects to drop, with the differences that require it.
    pub(super) drops: Map<ObjectId, Set<usize>>,
    /// The objects to create, with the differences that require it.
    pub(super) makes: Map<ObjectId, Set<usize>>,
    pub(super) operations: Operations,
    pub(super) unmended: Vec<Unmended>,
    /// Differences that other statements take care of.
    pub(super) follows: Set<usize>,
}

impl Planner<'_> {
    pub(super) fn differences(&mut self, differences: &[Difference]) {
        let mut changed: Map<&ObjectId, Vec<(usize, &str)>> = Map::new();
        let mut both: Vec<(usize, &ObjectId)> = Vec::new();
        let asides = asides(self.to.catalog, self.from.catalog, differences);
        for (number, difference) in differences.iter().enumerate() {
            let id = &difference.object;
            let there = self.from.catalog.objects.contains_key(id);
            match (&difference.change, difference.attribute.as_deref()) {
                (Change::Missing | Change::Extra, _)
                    if there && self.to.catalog.objects.contains_key(id) =>
                {
                    // It was left out of the comparison on one side: a partition on one, a table on the other.
                    both.push((number, id));
                    self.follows.insert(number);
                }
                (Change::Extra, _) if !there => {
                    // It got another name or another table's name with its relation.
                    self.follows.insert(number);
                }
                (Change::Missing, _) => {
                    self.makes.or_default(id.clone()).insert(number);
                }
                (Change::Extra, _) => {
                    self.drops.or_default(id.clone()).insert(number);
                }
                (Change::Renamed(old), _) => {
                    let mut now = old;
                    if let Some(aside) = asides.get(id) {
                        let other = ObjectId { name: aside.clone(), ..id.clone() };
                        let sql = vec![rename(self.to, &other, old)];
                        self.add(What::StepAside, id, sql, &Set::one(number));
                        now = aside;
                    }
                    let mut sql = vec![rename(self.to, id, now)];
                    sql.extend(self.invented_names(id, old));
                    self.followers(id, old, number);
                    self.add(What::Rename, id, sql, &Set::one(number));
                }
                (Change::Changed, Some(attribute)) => {
                    changed.or_default(id).push((number, attribute));
                }
                _ => {}
            }
        }
        for (id, attributes) in changed {
            self.change(id, &attributes);
        }
        for (number, id) in both {
            self.compare(number, id);
        }
    }

    /// Repairs an object that is on both sides, with all that hangs on it, where the difference names no attributes.
    pub(super) fn compare(&mut self, number: usize, id: &ObjectId) {
        let (to, from) = (self.to.catalog, self.from.catalog);
        let hangs = |other: &&ObjectId| {
            *other == id || (other.parent.as_ref() == Some(&id.name) && other.schema == id.schema)
        };
        let ids: Set<&ObjectId> =
            to.objects.keys().chain(from.objects.keys()).filter(hangs).collect();
        for other in ids {
            match (to.get(other), from.get(other)) {
                (Some(wanted), Some(found)) => {
                    let names: Set<&str> =
                        wanted.attributes.names().chain(found.attributes.names()).collect();
                    let changed: Vec<(usize, &str)> = names
                        .into_iter()
                        .filter(|name| wanted.attributes.get(name) != found.attributes.get(name))
                        // These follow from where the table stands.
                        .filter(|name| {
                            !matches!(*name, "inherited" | "attached_to" | "partition_bound")
                        })
                        .map(|name| (number, name))
                        .collect();
                    self.change(other, &changed);
                }
                (Some(_), None) => {
                    self.makes.or_default(other.clone()).insert(number);
                }
                (None, Some(_)) => {
                    self.drops.or_default(other.clone()).insert(number);
                }
                (None, None) => {}
            }
        }
    }

    /// An object that mentions a renamed relation keeps meaning it; one that is to mean another relation with
    /// the old name is created again.
    pub(super) fn followers(&mut self, id: &ObjectId, old: &str, number: usize) {
        let (to, from) = (self.to.catalog, self.from.catalog);
        let taken = |other: &ObjectId| {
            other.kind.is_relation() && other.schema == id.schema && other.name == old
        };
        if !id.kind.is_relation() || !to.objects.keys().any(taken) {
            return;
        }
        for dependent in self.sides.found.dependents(id) {
            let same = match (to.get(&dependent), from.get(&dependent)) {
                (Some(wanted), Some(found)) => wanted.attributes == found.attributes,
                _ => false,
            };
            let reads = matches!(
                dependent.kind,
                Kind::View | Kind::MaterializedView | Kind::Rule | Kind::Policy
            );
            if same && reads {
                self.recreate(&dependent, &Set::one(number));
            }
        }
    }

    /// Names that PostgreSQL invented from the old name, and would invent from the new one.
    pub(super) fn invented_names(&self, id: &ObjectId, old: &str) -> Vec<String> {
        let (to, from) = (self.to.catalog, self.from.catalog);
        let columns: Vec<(&ObjectId, &Object)> = match id.kind {
            Kind::Table | Kind::ForeignTable => columns(to, id),
            Kind::Column => to.objects.get_key_value(id).into_iter().collect(),
            _ => Vec::new(),
        };
        let mut out = Vec::new();
        for (column, wanted) in columns {
            let Some(found) = from.get(column) else { continue };
            if let (Some(new), Some(was)) =
                (wanted.fact("identity_sequence"), found.fact("identity_sequence"))
                && new != was
            {
                let was = qualify(id.schema.as_deref(), was);
                out.push(format!("ALTER SEQUENCE {was} RENAME TO {}", quote_if_needed(new)));
            }
            let table = column.parent.as_deref().unwrap_or_default();
            let (old_table, old_column) = match id.kind {
                Kind::Column => (table, old),
                _ => (old, column.name.as_str()),
            };
            if self.to.version >= 180_000
                && found.has("not_null")
                && !found.has("not_null_name")
                && !wanted.has("not_null_name")
            {
                let was = make_object_name(old_table, Some(old_column), "not_null");
                let new = make_object_name(table, Some(&column.name), "not_null");
                let relation = alter_relation(self.to, column);
                let (was, new) = (quote_if_needed(&was), quote_if_needed(&new));
                out.push(format!("{relation} RENAME CONSTRAINT {was} TO {new}"));
            }
        }
        out
    }

    pub(super) fn change(&mut self, id: &ObjectId, attributes: &[(usize, &str)]) {
        let (Some(expected), Some(actual)) = (self.to.catalog.get(id), self.from.catalog.get(id))
        else {
            return;
        };
        let mut statements: Vec<(String, usize)> = Vec::new();
        let mut elsewhere = Vec::new();
        let mut attributes = attributes.to_vec();
        // A new type decides which defaults are possible.
        // With the owner, the owner's privileges change.
        let last =
            |attribute: &str| !matches!(attribute, "type" | "collation" | "partition_of" | "owner");
        ordered::sort_by(&mut attributes, &mut |(_, a), (_, b)| last(a).cmp(&last(b)));
        for (number, attribute) in &attributes {
            let changed = Changed { id, attribute, expected, actual, before: self.from.catalog };
            match alter(self.to, &changed) {
                Alter::Sql(sql) => statements.extend(sql.into_iter().map(|sql| (sql, *number))),
                Alter::Recreate => {
                    let all: Set<usize> = attributes.iter().map(|(number, _)| *number).collect();
                    self.recreate(id, &all);
                    return;
                }
                Alter::Elsewhere => {
                    elsewhere.push(*number);
                    self.follows.insert(*number);
                }
                Alter::No(why) => self.unmended.push(Unmended { difference: *number, why }),
            }
        }
        let mut serves: Set<usize> = statements.iter().map(|(_, number)| *number).collect();
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
        // What a column lets go of may have to go before what it takes can come.
        let (detach, rest): (Vec<String>, Vec<String>) = sql.into_iter().partition(|statement| {
            id.kind == Kind::Column
                && (statement.ends_with(" DROP DEFAULT") || statement.ends_with(" DROP IDENTITY"))
                // So may a partition whose values another one takes.
                || statement.contains(" DETACH PARTITION ")
        });
        if !detach.is_empty() {
            self.add(What::Detach, id, detach, &serves);
        }
        if !rest.is_empty() {
            self.add(What::Alter, id, rest, &serves);
        }
    }

    /// A type or a name that changes in a parent's column changes in those that inherit it, where nothing else can change it.
    fn leave_to_parents(&mut self) {
        let is_from_parent = |sql: &str| sql.contains(" RENAME COLUMN ") || sql.contains(" TYPE ");
        let has_such = |operations: &Operations, id: &ObjectId| {
            [What::Alter, What::Rename].iter().any(|what| {
                let operation = operations.get(&(*what, id.clone()));
                operation
                    .is_some_and(|operation| operation.sql.iter().any(|sql| is_from_parent(sql)))
            })
        };
        let inherited: Vec<(What, ObjectId)> = self
            .operations
            .values()
            .filter(|one| {
                one.id.kind == Kind::Column && one.sql.iter().any(|sql| is_from_parent(sql))
            })
            .filter(|one| {
                let mut parents = column_parents(self.to.catalog, &one.id).into_iter();
                parents.any(|parent| has_such(&self.operations, &parent))
            })
            .map(|one| (one.what, one.id.clone()))
            .collect();
        for key in inherited {
            if let Some(mut operation) = self.operations.remove(&key) {
                operation.sql.retain(|sql| !is_from_parent(sql));
                self.follows.extend(&operation.serves);
                if !operation.sql.is_empty() {
                    self.operations.insert(key, operation);
                }
            }
        }
    }

    pub(super) fn add(&mut self, what: What, id: &ObjectId, sql: Vec<String>, serves: &Set<usize>) {
        let operation = self.operations.or_insert(
            (what, id.clone()),
            Operation { what, id: id.clone(), sql: Vec::new(), serves: Set::new() },
        );
        for statement in sql {
            if !operation.sql.contains(&statement) {
                operation.sql.push(statement);
            }
        }
        operation.serves.extend(serves);
    }

    pub(super) fn recreate(&mut self, id: &ObjectId, serves: &Set<usize>) {
        self.drops.or_default(id.clone()).extend(serves);
        self.makes.or_default(id.clone()).extend(serves);
        // Whatever was to be changed comes with the new object.
        if let Some(operation) = self.operations.remove(&(What::Alter, id.clone())) {
            self.makes.or_default(id.clone()).extend(operation.serves);
        }
    }
}
