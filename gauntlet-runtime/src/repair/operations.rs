//! The operations of a plan, and which of them has to come before which.

use std::collections::HashSet;

use super::dependencies::{Dependencies, Needs};
use super::topological::Order;
use crate::catalog::kinds::spec::{InRepair, NameSpace};
use crate::catalog::ordered::{Map, Set};
use crate::catalog::write::statements::made_with;
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// An operation on an object, in the order of operations where nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// It gets a name that nobody has, because its own and its expected one are exchanged.
    StepAside,
    /// It gets its expected name.
    Rename,
    /// A default is dropped, because something that it needs is created again.
    Detach,
    Drop,
    /// A type that its own functions mention is announced.
    Shell,
    Alter,
    Make,
    /// A sequence is given to its column.
    Own,
    /// The default is set again.
    Reattach,
    /// An old type is dropped once no column uses it.
    DropOld,
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) what: What,
    pub(super) id: ObjectId,
    pub(super) sql: Vec<String>,
    pub(super) serves: Set<usize>,
}

/// The two sides of a plan, with the actual one under its expected names.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    pub(super) expected: &'a Catalog,
    pub(super) actual: &'a Catalog,
    pub(super) wanted: Dependencies<'a>,
    pub(super) found: Dependencies<'a>,
    /// From the names that objects have to those that are expected, where they differ.
    pub(super) old_names: Map<ObjectId, ObjectId>,
}

/// Operations by what they do to whom.
pub(super) type Operations = Map<(What, ObjectId), Operation>;

/// Where an operation stands when nothing holds it back.
type Key = (u8, i32, ObjectId, What);

/// The operations in an order in which they can run.
pub(super) fn sorted(operations: Operations, sides: &Sides<'_>) -> Vec<Operation> {
    let all: Vec<Operation> = operations.into_iter().map(|(_, op)| op).collect();
    let numbers: Map<(What, &ObjectId), usize> =
        all.iter().zip(0..).map(|(op, n)| ((op.what, &op.id), n)).collect();
    let keys: Vec<Key> = all.iter().map(key).collect();
    let mut order = Order::new(&keys);
    let number = |what: What, id: &ObjectId| numbers.get(&(what, id)).copied();
    let is_gone =
        |id: &ObjectId| number(What::Drop, id).is_some() && number(What::Make, id).is_none();

    for (dependent, holder) in concerned(sides.actual, &all) {
        let sequence = dependent.kind == Kind::Sequence;
        for need in &sides.found.of_object(dependent).needs {
            if sequence && matches!(need.kind, Kind::Table | Kind::Column | Kind::ForeignTable) {
                // It belongs to the column and does not need it; it is the column that needs the sequence.
                continue;
            }
            for dropped in [Some(dependent), holder.as_ref()].into_iter().flatten() {
                let Some(first) = number(What::Drop, dropped) else { continue };
                for what in [What::Drop, What::Alter] {
                    if let Some(second) = number(what, need) {
                        order.before(first, second);
                    }
                }
            }
            for what in [What::Alter, What::Detach] {
                if let (Some(first), Some(second)) =
                    (number(what, dependent), number(What::Drop, need))
                    && (what == What::Detach || is_gone(need))
                {
                    order.before(first, second);
                }
                if let (What::Detach, Some(first), Some(second)) =
                    (what, number(what, dependent), number(What::Alter, need))
                {
                    order.before(first, second);
                }
            }
            if let (Some(first), Some(second)) =
                (number(What::Alter, dependent), number(What::DropOld, need))
            {
                order.before(first, second);
            }
        }
    }
    // What is only mentioned gives way where both cannot be.
    let edges: [fn(&Needs) -> &Set<ObjectId>; 2] = [|found| &found.needs, |found| &found.mentions];
    let dependents = concerned(sides.expected, &all);
    let dependents = edges.into_iter().flat_map(|edge| dependents.iter().map(move |d| (edge, d)));
    for (edge, (dependent, holder)) in dependents {
        let dependent = *dependent;
        for need in edge(&sides.wanted.of_object(dependent)) {
            let need_holder = inside(sides.expected, need);
            let owned = dependent.kind == Kind::Sequence
                && matches!(need.kind, Kind::Table | Kind::Column | Kind::ForeignTable);
            let mut firsts: Vec<usize> = Vec::new();
            let routine = matches!(dependent.kind, Kind::Function | Kind::Procedure);
            if let (true, Some(shell)) = (routine, number(What::Shell, need)) {
                firsts.push(shell);
                if let Some(second) = number(What::Make, dependent) {
                    order.before(shell, second);
                }
                continue;
            }
            for first in [Some(need), need_holder.as_ref()].into_iter().flatten() {
                firsts.extend(
                    [What::Make, What::Alter].into_iter().filter_map(|what| number(what, first)),
                );
            }
            let seconds: Vec<usize> = if owned {
                number(What::Own, dependent).into_iter().collect()
            } else {
                let made = [Some(dependent), holder.as_ref()].into_iter().flatten();
                let made = made.filter_map(|id| number(What::Make, id));
                let changed = [What::Alter, What::Reattach]
                    .into_iter()
                    .filter_map(|what| number(what, dependent));
                made.chain(changed).collect()
            };
            for first in &firsts {
                for second in &seconds {
                    order.before(*first, *second);
                }
            }
        }
    }
    own_order(&all, &number, &mut order);
    collisions(&all, sides.actual, &mut order);
    handed_over_names(&all, &sides.old_names, &mut order);
    identities(&all, sides, &mut order);
    let (order, _) = order.sorted();
    let mut slots: Vec<Option<Operation>> = all.into_iter().map(Some).collect();
    order.into_iter().filter_map(|n| slots.get_mut(n).and_then(Option::take)).collect()
}

/// The table that an object is made with, as columns and inline constraints are.
fn inside(catalog: &Catalog, id: &ObjectId) -> Option<ObjectId> {
    catalog.get(id).and_then(|object: &Object| made_with(catalog, id, object, &|_| false))
}

/// The objects to which something happens, or to the table that they are made with, which comes second. Others have no place
/// in an order.
fn concerned<'a>(catalog: &'a Catalog, all: &[Operation]) -> Vec<(&'a ObjectId, Option<ObjectId>)> {
    let touched: HashSet<&ObjectId> = all.iter().map(|operation| &operation.id).collect();
    let objects = catalog.objects.keys().map(|id| (id, inside(catalog, id)));
    let is_touched = |(id, holder): &(&ObjectId, Option<ObjectId>)| {
        touched.contains(id) || holder.as_ref().is_some_and(|holder| touched.contains(holder))
    };
    objects.filter(is_touched).collect()
}

/// The operations on one object.
fn own_order(
    all: &[Operation],
    number: &dyn Fn(What, &ObjectId) -> Option<usize>,
    order: &mut Order,
) {
    let steps = [
        What::StepAside,
        What::Rename,
        What::Detach,
        What::Drop,
        What::Shell,
        What::Make,
        What::Alter,
        What::Own,
        What::Reattach,
        What::DropOld,
    ];
    for operation in all {
        let own: Vec<usize> =
            steps.iter().filter_map(|what| number(*what, &operation.id)).collect();
        for pair in own.windows(2) {
            if let [first, second] = pair {
                order.before(*first, *second);
            }
        }
    }
}

/// A name has to be free before another object takes it. What hangs on a relation goes with it.
fn collisions(all: &[Operation], actual: &Catalog, order: &mut Order) {
    for (first, gone) in all.iter().enumerate().filter(|(_, op)| op.what == What::Drop) {
        let mut names = vec![&gone.id];
        if gone.id.kind.is_relation() {
            let (schema, name) = (gone.id.schema.as_deref(), &gone.id.name);
            for kind in [Kind::Constraint, Kind::Index] {
                names.extend(actual.children(kind, schema, name).map(|(id, _)| id));
            }
        }
        for (second, made) in all.iter().enumerate() {
            let takes = |name: &&ObjectId| {
                **name != made.id && name.schema == made.id.schema && share_names(name, &made.id)
            };
            if matches!(made.what, What::Make | What::Rename) && names.iter().any(takes) {
                order.before(first, second);
            }
        }
    }
}

/// A renamed object leaves its name before another one takes it.
fn handed_over_names(all: &[Operation], old_names: &Map<ObjectId, ObjectId>, order: &mut Order) {
    for (old, new) in old_names.iter().filter(|(old, new)| old.name != new.name) {
        let leaves = |what: What| all.iter().position(|op| op.what == what && op.id == *new);
        let Some(first) = leaves(What::StepAside).or_else(|| leaves(What::Rename)) else {
            continue;
        };
        for (second, taker) in all.iter().enumerate() {
            let takes = matches!(taker.what, What::Make | What::Rename) && taker.id != *new;
            if takes && old.schema == taker.id.schema && share_names(old, &taker.id) {
                order.before(first, second);
            }
        }
    }
}

/// The sequences of identity columns take names too.
fn identities(all: &[Operation], sides: &Sides<'_>, order: &mut Order) {
    let sequence_of = |catalog: &Catalog, id: &ObjectId| -> Vec<String> {
        let of_column =
            catalog.get(id).and_then(|object| object.fact("identity_sequence")).map(str::to_owned);
        let of_table = catalog
            .children(Kind::Column, id.schema.as_deref(), &id.name)
            .filter_map(|(_, object)| object.fact("identity_sequence").map(str::to_owned));
        if id.kind == Kind::Column { of_column.into_iter().collect() } else { of_table.collect() }
    };
    for (n, sequence) in all.iter().enumerate().filter(|(_, op)| op.id.kind == Kind::Sequence) {
        for (m, other) in all.iter().enumerate() {
            if !matches!(other.id.kind, Kind::Column | Kind::Table)
                || other.id.schema != sequence.id.schema
            {
                continue;
            }
            let takes = matches!(other.what, What::Alter | What::Make);
            if sequence.what == What::Drop
                && takes
                && sequence_of(sides.expected, &other.id).contains(&sequence.id.name)
            {
                order.before(n, m);
            }
            let frees = matches!(other.what, What::Detach | What::Drop);
            if sequence.what == What::Make
                && frees
                && sequence_of(sides.actual, &other.id).contains(&sequence.id.name)
            {
                order.before(m, n);
            }
        }
    }
}

pub(super) fn share_names(a: &ObjectId, b: &ObjectId) -> bool {
    let (one, other) = (a.kind.spec().name_space, b.kind.spec().name_space);
    a.name == b.name && (a.kind == b.kind || (one == other && one != NameSpace::Own))
}

fn key(operation: &Operation) -> Key {
    let kind =
        i32::try_from(Kind::ALL.iter().position(|kind| *kind == operation.id.kind).unwrap_or(0))
            .unwrap_or(0);
    let in_repair = operation.id.kind.spec().in_repair;
    let (phase, rank) = match operation.what {
        What::StepAside | What::Rename => (0, kind),
        What::Drop if in_repair == InRepair::DroppedLast => (8, -kind),
        What::Detach => (1, kind),
        What::Drop => (2, -kind),
        What::Shell => (3, 0),
        What::Alter | What::Make | What::Own | What::Reattach
            if in_repair == InRepair::CreatedLast =>
        {
            (7, kind)
        }
        What::Alter | What::Make | What::Own | What::Reattach => (3, kind),
        What::DropOld => (6, -kind),
    };
    (phase, rank, operation.id.clone(), operation.what)
}
