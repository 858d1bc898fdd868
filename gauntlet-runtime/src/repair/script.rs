//! A whole schema as one SQL file, in an order that makes a small change a small diff.
//!
//! Types come first, then functions, then tables in alphabetical order, each in one block with its
//! sequences, indexes, triggers and comments, then views. What needs something that stands later moves
//! behind it; nothing moves because something else needs it. Foreign keys come in a section of their
//! own behind all tables: a new one is then one line and moves no table, and cycles need no exception.

use crate::catalog::kinds::constraint::write as constraint;
use crate::catalog::kinds::sequence::write as sequence;
use crate::catalog::write::find::relation;
use crate::catalog::write::find::table_called;
use crate::catalog::write::names::name;
use std::collections::HashMap;

use super::dependencies::Dependencies;
use super::topological::Order;
use crate::catalog::kinds::spec::{InScript, Section};
use crate::catalog::ordered::{Map, Set};
use crate::catalog::write::statements::{made_with, make};
use crate::catalog::write::writer::Writer;
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The options of a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptOptions {
    /// Write the owners of objects that belong to another role than the one the catalog was read as.
    /// Default: no.
    pub owners: bool,
}

impl ScriptOptions {
    /// Without owners.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes owners too.
    #[must_use]
    pub fn owners(mut self, yes: bool) -> Self {
        self.owners = yes;
        self
    }
}

/// One block of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// A type that functions mention before it is complete.
    Shell(ObjectId),
    Make(ObjectId),
    /// `OWNED BY`, once the column is there.
    Own(ObjectId),
}

/// Where a block stands when nothing holds it back: section, schema, table with those it hangs on, rank, name.
type Key = (Section, Option<String>, Vec<String>, u8, Kind, String);

/// The catalog as SQL that makes it in an empty database, or in an empty schema that comes first on
/// `search_path`.
///
/// Home objects stand without their schema. No owners, dates or versions. The same catalog gives the
/// same bytes, and a catalog that is read back from the result gives them again.
pub fn script(catalog: &Catalog) -> String {
    script_with(catalog, ScriptOptions::default())
}

/// [`script`], with a say in what it holds.
pub fn script_with(catalog: &Catalog, options: ScriptOptions) -> String {
    let w = Writer {
        catalog,
        home: None,
        version: catalog.server_version,
        defaults: None,
        owners: options.owners,
    };
    let mut out = String::new();
    let bodies = [Kind::Function, Kind::Procedure]
        .into_iter()
        .any(|kind| catalog.of_kind(kind).any(|(_, object)| object.has("body")));
    if bodies {
        // A body may mention what comes later, or what is no longer there.
        out.push_str("SET check_function_bodies = off;\n");
    }
    let dependencies = Dependencies::of(catalog);
    let (nodes, separate) = arrange(catalog, &dependencies);
    let mut last: Option<(Section, Option<String>, Vec<String>)> = None;
    for (node, key) in nodes {
        let statements = match &node {
            Node::Shell(id) => vec![format!("CREATE TYPE {}", name(id))],
            Node::Make(id) => make(w, id, &|id| separate.contains(id)),
            Node::Own(id) => catalog
                .get(id)
                .and_then(|object| sequence::owned_by(id, object))
                .into_iter()
                .collect(),
        };
        if statements.is_empty() {
            continue;
        }
        let block = (key.0, key.1, key.2);
        if last.as_ref() != Some(&block) && !out.is_empty() {
            out.push('\n');
        }
        last = Some(block);
        for statement in statements {
            out.push_str(&statement);
            out.push_str(";\n");
        }
    }
    out
}

/// The blocks in order, and the constraints that have to stand outside their table.
fn arrange(
    catalog: &Catalog,
    dependencies: &Dependencies<'_>,
) -> (Vec<(Node, Key)>, Set<ObjectId>) {
    let mut separate: Set<ObjectId> = Set::new();
    // A table whose constraint needs what needs the table gives the constraint away; one more round each.
    for _ in 0..8 {
        let (sorted, forced) = attempt(catalog, dependencies, &separate);
        let more: Vec<ObjectId> = forced
            .iter()
            .flat_map(|table| {
                catalog.children(Kind::Constraint, table.schema.as_deref(), &table.name)
            })
            .filter(|(id, object)| constraint::is_inline(object) && !separate.contains(*id))
            .filter(|(_, object)| matches!(object.text("type"), Some("check" | "exclusion")))
            .map(|(id, _)| id.clone())
            .collect();
        if more.is_empty() {
            return (sorted, separate);
        }
        separate.extend(more);
    }
    let (sorted, _) = attempt(catalog, dependencies, &separate);
    (sorted, separate)
}

fn attempt(
    catalog: &Catalog,
    dependencies: &Dependencies<'_>,
    separate: &Set<ObjectId>,
) -> (Vec<(Node, Key)>, Set<ObjectId>) {
    let is_separate = |id: &ObjectId| separate.contains(id);
    let mut place: HashMap<&ObjectId, ObjectId> = HashMap::new();
    let mut nodes = Vec::new();
    for (id, object) in &catalog.objects {
        if let Some(with) = made_with(catalog, id, object, &is_separate) {
            place.insert(id, with);
            continue;
        }
        place.insert(id, id.clone());
        nodes.push(Node::Make(id.clone()));
        if (id.kind.spec().begins_as_shell)(object) {
            nodes.push(Node::Shell(id.clone()));
        }
        if id.kind == Kind::Sequence && object.has("owned_by") {
            nodes.push(Node::Own(id.clone()));
        }
    }
    let keys: Vec<Key> = nodes.iter().map(|node| key(catalog, node)).collect();
    let numbers: Map<&Node, usize> = nodes.iter().zip(0..).collect();
    let mut order = Order::new(&keys);
    for id in catalog.objects.keys() {
        let Some(second) =
            place.get(id).and_then(|id| numbers.get(&Node::Make(id.clone()))).copied()
        else {
            continue;
        };
        if let Some(own) = numbers.get(&Node::Own(id.clone())) {
            order.before(second, *own);
        }
        for need in &dependencies.of_object(id).needs {
            // What goes with a column comes after it, by a statement of its own.
            let owner = id.kind == Kind::Sequence
                && matches!(need.kind, Kind::Table | Kind::Column | Kind::ForeignTable);
            let second = match (owner, numbers.get(&Node::Own(id.clone()))) {
                (true, Some(own)) => *own,
                (true, None) => continue,
                _ => second,
            };
            let routine = matches!(id.kind, Kind::Function | Kind::Procedure);
            let shell = if routine { numbers.get(&Node::Shell(need.clone())) } else { None };
            let first = shell
                .or_else(|| place.get(need).and_then(|id| numbers.get(&Node::Make(id.clone()))));
            if let Some(first) = first {
                order.before(*first, second);
            }
        }
    }
    let (sorted, forced) = order.sorted();
    let forced = forced
        .into_iter()
        .filter_map(|n| match &nodes[n] {
            Node::Make(id) if id.kind == Kind::Table => Some(id.clone()),
            _ => None,
        })
        .collect();
    let sorted = sorted.into_iter().map(|n| (nodes[n].clone(), keys[n].clone())).collect();
    (sorted, forced)
}

fn key(catalog: &Catalog, node: &Node) -> Key {
    let (id, rank) = match node {
        Node::Shell(id) => (id, 0),
        Node::Make(id) => (id, 1),
        Node::Own(id) => (id, 3),
    };
    let parent = || vec![id.parent.clone().unwrap_or_default()];
    let on = |section: Section, schema: Option<String>, block: Vec<String>, rank: u8| {
        (section, schema, block, rank, id.kind, id.name.clone())
    };
    let unknown = Object::default();
    let place = match node {
        Node::Shell(_) => InScript::Section(Section::ShellTypes),
        _ => (id.kind.spec().in_script)(catalog, id, catalog.get(id).unwrap_or(&unknown)),
    };
    match place {
        InScript::Section(section) => {
            let block = vec![id.name.clone()];
            (section, id.schema.clone(), block, rank, id.kind, String::new())
        }
        InScript::WithParent(section, rank) => on(section, id.schema.clone(), parent(), rank),
        InScript::WithTable(table, own) => {
            let block = family(catalog, &table);
            on(Section::Tables, table.schema, block, own.unwrap_or(rank))
        }
        InScript::OnRelation(rank) => match relation(catalog, id) {
            Some((relation, _)) if relation.kind.spec().columns == Some(Kind::ViewColumn) => {
                on(Section::Views, id.schema.clone(), vec![relation.name], rank)
            }
            Some((relation, _)) => {
                on(Section::Tables, id.schema.clone(), family(catalog, &relation), rank)
            }
            None => on(Section::Tables, id.schema.clone(), parent(), rank),
        },
    }
}

/// The table's name behind those of the partitioned tables above it, so that partitions stand with their parent.
fn family(catalog: &Catalog, id: &ObjectId) -> Vec<String> {
    let mut names = vec![id.name.clone()];
    let mut current = id.clone();
    while let Some((parent, _)) = catalog
        .get(&current)
        .and_then(|object| object.text("partition_of"))
        .and_then(|printed| table_called(catalog, printed))
    {
        if names.len() > 32 {
            break;
        }
        names.insert(0, parent.name.clone());
        current = parent;
    }
    names
}
