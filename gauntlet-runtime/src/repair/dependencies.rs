//! The dependencies between the objects of a catalog, read from their texts.
//!
//! Read from the texts of the objects, not from `pg_depend`: a catalog may come from a file or from
//! Rust structs, and a snapshot must not cost a second query. A name that could be another object's is
//! taken as a dependency; one too many costs an order that is not the shortest, one too few a failure.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use super::texts::Texts;
use crate::catalog::kinds::spec::{HangsOn, Mentioned};
use crate::catalog::ordered::{self, Map, Set};
use crate::catalog::text::mentions::{Mention, Mentions, mentions};
use crate::catalog::write::names::{by_method, name, parent, signature, split_owner};
use crate::catalog::{Catalog, Kind, Object, ObjectId, attributes_of};

/// What an object depends on.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The objects that it needs to exist.
    pub(super) needs: Set<ObjectId>,
    /// The objects that a function's body mentions: better created before it, but not needed.
    pub(super) mentions: Set<ObjectId>,
}

/// The dependencies between the objects of a catalog. A plan concerns a few of thousands of objects, so they are worked out
/// for those that are asked for, and remembered.
pub(super) struct Dependencies<'a> {
    catalog: &'a Catalog,
    /// From the names in the catalog to those under which the objects are asked for, where they differ.
    new_names: Map<ObjectId, ObjectId>,
    old_names: Map<ObjectId, ObjectId>,
    index: Index<'a>,
    known: RefCell<HashMap<ObjectId, Rc<Needs>>>,
    texts: OnceCell<Texts<'a>>,
}

impl<'a> Dependencies<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        Self::renamed(catalog, &Map::new())
    }

    /// Those of a catalog whose objects are asked for by the names that `renames` gives them.
    pub(super) fn renamed(catalog: &'a Catalog, renames: &Map<ObjectId, ObjectId>) -> Self {
        Self {
            catalog,
            new_names: renames.clone(),
            old_names: renames.iter().map(|(old, new)| (new.clone(), old.clone())).collect(),
            index: Index::of(catalog),
            known: RefCell::default(),
            texts: OnceCell::new(),
        }
    }

    /// What `id` depends on; nothing, if the catalog has no such object.
    pub(super) fn of_object(&self, id: &ObjectId) -> Rc<Needs> {
        if let Some(known) = self.known.borrow().get(id) {
            return Rc::clone(known);
        }
        let old = self.old_names.get(id).unwrap_or(id);
        let found = match self.catalog.objects.get_key_value(old) {
            Some((old, object)) => self.index.of_object(self.catalog, old, object),
            None => Needs::default(),
        };
        let new = |ids: Set<ObjectId>| {
            if self.new_names.is_empty() {
                return ids;
            }
            let new = |id: ObjectId| self.new_names.get(&id).cloned().unwrap_or(id);
            ids.into_iter().map(new).collect()
        };
        let found = Rc::new(Needs { needs: new(found.needs), mentions: new(found.mentions) });
        self.known.borrow_mut().insert(id.clone(), Rc::clone(&found));
        found
    }

    /// The objects that need `id` directly, in the order of their names.
    pub(super) fn dependents(&self, id: &ObjectId) -> Vec<ObjectId> {
        let old = self.old_names.get(id).unwrap_or(id);
        let texts = self.texts.get_or_init(|| Texts::of(self.catalog));
        let candidates = texts.that_may_need(self.catalog, old);
        let new = candidates.into_iter().map(|old| self.new_names.get(old).unwrap_or(old));
        let mut found: Vec<ObjectId> =
            new.filter(|other| self.of_object(other).needs.contains(id)).cloned().collect();
        ordered::sort(&mut found);
        found
    }
}

/// The pairs of a dependent and what it needs that a search for the dependents does not find. There are to be none.
#[doc(hidden)]
pub fn missed_dependents(catalog: &Catalog) -> Vec<(ObjectId, ObjectId)> {
    let dependencies = Dependencies::of(catalog);
    let mut all: HashSet<(ObjectId, ObjectId)> = HashSet::new();
    for id in catalog.objects.keys() {
        let needs = &dependencies.of_object(id).needs;
        all.extend(needs.iter().map(|need| (id.clone(), need.clone())));
    }
    for id in catalog.objects.keys() {
        for dependent in dependencies.dependents(id) {
            all.remove(&(dependent, id.clone()));
        }
    }
    all.into_iter().filter(|(_, need)| catalog.objects.contains_key(need)).collect()
}

impl fmt::Debug for Dependencies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dependencies").finish_non_exhaustive()
    }
}

/// Objects by the names that texts may call them.
struct Index<'a> {
    home: &'a str,
    names: HashMap<(Option<&'a str>, &'a str), Vec<&'a ObjectId>>,
    operators: HashMap<&'a str, Vec<&'a ObjectId>>,
    default_classes: HashMap<&'a str, Vec<&'a ObjectId>>,
}

impl<'a> Index<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut index = Self {
            home: &catalog.home,
            names: HashMap::new(),
            operators: HashMap::new(),
            default_classes: HashMap::new(),
        };
        for (id, object) in &catalog.objects {
            let schema = id.schema.as_deref();
            let called = match id.kind.spec().mentioned {
                Mentioned::BySignature => signature(&id.name).0,
                Mentioned::ByNameOfMethod => by_method(&id.name).0,
                Mentioned::BySymbol => {
                    index.operators.entry(signature(&id.name).0).or_default().push(id);
                    continue;
                }
                Mentioned::NameMentionsTypes | Mentioned::Never => continue,
                Mentioned::ByName => id.name.as_str(),
            };
            index.names.entry((schema, called)).or_default().push(id);
            if let Some(multirange) = object.text("multirange") {
                index.names.entry((schema, multirange)).or_default().push(id);
            }
            if id.kind == Kind::OperatorClass
                && object.has("default")
                && let Some(data_type) = object.text("type")
            {
                index.default_classes.entry(data_type).or_default().push(id);
            }
        }
        index
    }

    fn resolve(&self, mention: &Mention, functions_by_name: bool, out: &mut Set<ObjectId>) {
        let parts: Vec<&str> = mention.parts.iter().map(String::as_str).collect();
        let last = parts.len() == 1;
        let mut look = |schema: Option<&str>, name: &str, is_last: bool| {
            for id in self.names.get(&(schema, name)).into_iter().flatten() {
                let routine = id.kind.spec().mentioned == Mentioned::BySignature;
                if !routine || functions_by_name || (is_last && mention.call) {
                    out.insert((*id).clone());
                }
            }
        };
        if let [schema, name, ..] = parts.as_slice() {
            // Code says `public.users` where what the server writes says `users`.
            look(Some(*schema).filter(|schema| *schema != self.home), name, parts.len() == 2);
        }
        if let Some(first) = parts.first() {
            look(None, first, last);
        }
    }

    fn of_object(&self, catalog: &Catalog, id: &ObjectId, object: &Object) -> Needs {
        let mut needs = Set::new();
        let mut words: HashSet<String> = HashSet::new();
        let by_name = id.kind.spec().names_functions;
        let mut take = |found: &Mentions, by_name: bool, needs: &mut Set<ObjectId>| {
            for mention in &found.names {
                self.resolve(mention, by_name, needs);
                words.extend(mention.parts.iter().cloned());
            }
            for operator in &found.operators {
                needs.extend(
                    self.operators
                        .get(operator.as_str())
                        .into_iter()
                        .flatten()
                        .map(|id| (*id).clone()),
                );
            }
        };
        match id.kind.spec().mentioned {
            Mentioned::BySignature | Mentioned::BySymbol => {
                take(&mentions(signature(&id.name).1), false, &mut needs);
            }
            Mentioned::NameMentionsTypes => take(&mentions(&id.name), false, &mut needs),
            Mentioned::ByName | Mentioned::ByNameOfMethod | Mentioned::Never => {}
        }
        for (attribute, value) in object.attributes.iter() {
            if !is_sql(id.kind, attribute) {
                continue;
            }
            if let Some(table) = attribute.strip_prefix("table.") {
                take(&mentions(table), false, &mut needs);
            }
            for text in value.as_list() {
                let by_name = by_name || attribute == "support";
                take(&mentions(text), by_name, &mut needs);
            }
        }
        let mut body = Set::new();
        if let Some(text) = object.text("body")
            && object.text("language") == Some("sql")
        {
            let mut words: HashSet<String> = HashSet::new();
            for mention in mentions(text).names {
                self.resolve(&mention, false, &mut body);
                words.extend(mention.parts);
            }
            columns(catalog, id, &words, &mut body);
        }
        structure(catalog, id, object, &mut needs);
        columns(catalog, id, &words, &mut needs);
        if id.kind == Kind::Index {
            self.default_classes(catalog, id, object, &mut needs);
        }
        needs.remove(id);
        Needs { needs, mentions: body }
    }

    /// An index needs the default operator class of its columns' types without mentioning it.
    fn default_classes(
        &self,
        catalog: &Catalog,
        id: &ObjectId,
        object: &Object,
        needs: &mut Set<ObjectId>,
    ) {
        for column in object.fact_list("columns") {
            let column = ObjectId { kind: Kind::Column, name: column.clone(), ..id.clone() };
            if let Some(data_type) = catalog.get(&column).and_then(|c| c.text("type")) {
                let classes = self.default_classes.get(data_type).into_iter().flatten();
                needs.extend(classes.map(|id| (*id).clone()));
            }
        }
    }
}

/// Returns true if an attribute's text may mention other objects.
fn is_sql(kind: Kind, name: &str) -> bool {
    attributes_of(kind).find(|attribute| attribute.matches(name)).is_none_or(|found| found.is_sql)
}

/// The needs that follow from the parent of an object and from attributes that name others.
fn structure(catalog: &Catalog, id: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    let mut add = |wanted: ObjectId| {
        if catalog.objects.contains_key(&wanted) {
            needs.insert(wanted);
        }
    };
    if let Some(schema) = &id.schema {
        add(ObjectId::new(Kind::Schema, schema));
    }
    if let Some(schema) = object.text("schema") {
        add(ObjectId::new(Kind::Schema, schema));
    }
    for (schema, _) in object.prefixed("schema.") {
        add(ObjectId::new(Kind::Schema, schema));
    }
    if let Some(parent) = &id.parent {
        for kind in [
            Kind::Table,
            Kind::ForeignTable,
            Kind::View,
            Kind::MaterializedView,
            Kind::CompositeType,
            Kind::Domain,
        ] {
            add(ObjectId { kind, schema: id.schema.clone(), parent: None, name: parent.clone() });
        }
        if id.kind.spec().hangs_on == HangsOn::Server {
            add(ObjectId::new(Kind::Server, parent));
        }
    }
    let named = [
        ("server", Kind::Server),
        ("wrapper", Kind::ForeignDataWrapper),
        ("language", Kind::Language),
        ("access_method", Kind::AccessMethod),
    ];
    for (attribute, kind) in named {
        if let Some(name) = object.text(attribute) {
            add(ObjectId::new(kind, name));
        }
    }
    (id.kind.spec().needs)(catalog, id, object, needs);
}

/// The columns, of the relations that a text mentions, that it mentions too.
fn columns(catalog: &Catalog, id: &ObjectId, words: &HashSet<String>, needs: &mut Set<ObjectId>) {
    let relations: Vec<ObjectId> =
        needs.iter().filter(|id| id.kind.is_relation()).cloned().collect();
    let object = catalog.get(id);
    for relation in relations {
        // A column mentions the type of its table in no text of its own.
        let own = id.parent.as_deref() == Some(&relation.name) && id.schema == relation.schema;
        for (column, _) in
            catalog.children(Kind::Column, relation.schema.as_deref(), &relation.name)
        {
            let listed =
                own && object.is_some_and(|o| o.fact_list("columns").contains(&column.name));
            if column != id && (words.contains(&column.name) || listed) {
                needs.insert(column.clone());
            }
        }
    }
    if words.contains("group") && matches!(id.kind, Kind::View | Kind::MaterializedView) {
        // Columns that follow from a primary key need not be grouped by: then the key is needed.
        let tables: Vec<ObjectId> =
            needs.iter().filter(|id| id.kind == Kind::Table).cloned().collect();
        for table in tables {
            for (key, properties) in
                catalog.children(Kind::Constraint, table.schema.as_deref(), &table.name)
            {
                if properties.text("type") == Some("primary key") {
                    needs.insert(key.clone());
                }
            }
        }
    }
}

/// The sequences that go with a column or table when it is dropped.
pub(super) fn owned_sequences<'a>(
    catalog: &'a Catalog,
    id: &'a ObjectId,
) -> impl Iterator<Item = &'a ObjectId> {
    let (table, column) = match id.kind {
        Kind::Column => (parent(id), Some(id.name.as_str())),
        _ => (name(id), None),
    };
    catalog
        .of_kind(Kind::Sequence)
        .filter(move |(_, object)| {
            object.text("owned_by").is_some_and(|owner| {
                let (owning, owned) = split_owner(owner);
                owning == table
                    && column.is_none_or(|column| crate::names::quote_if_needed(column) == owned)
            })
        })
        .map(|(id, _)| id)
}
